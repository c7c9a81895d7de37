import Database
import Domain
import Storage

extension OrderService {
    /// Whether nobody but sites and apps, whose keys are public, told of an order so far.
    package func isUnverified(_ order: Order) throws -> Bool {
        try engine.read { tx in try writer.orders.isUnverified(order.id, tx) }
    }
}
