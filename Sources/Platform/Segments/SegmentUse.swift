import Database
import Domain
import Foundation
import Storage

extension SegmentBook {
    /// The segments that are stored, their trees read with the fields and statuses that are stored.
    static func stored(_ tx: Connection) throws -> SegmentBook {
        let context = ConditionContext(
            registry: ConditionRegistry(try FieldStore().book(tx)), statuses: try StatusStore().book(tx),
            calendar: ShopCalendar(zone: .gmt)
        )
        return SegmentBook(try SegmentRowStore().all(tx), context)
    }

    /// Those whose trees name a status by its code.
    func users(of status: OrderStatus) -> [Segment] {
        entries.filter { entry in
            entry.condition?.tests.contains { test in
                guard case .status(status.type) = test.field.type, case .texts(let codes) = test.operand else {
                    return false
                }
                return codes.contains { $0.lowercased() == status.code.lowercased() }
            } ?? false
        }.map(\.segment)
    }
}
