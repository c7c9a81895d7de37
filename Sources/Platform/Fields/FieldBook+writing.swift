import Database
import Domain
import Foundation
import Storage

extension FieldBook {
    /// How a write reads values; the zone is looked up only where there are custom fields.
    func reading(_ projects: ProjectStore, _ tx: Connection) throws -> ReadingContext {
        guard !isEmpty else { return ReadingContext(zone: .gmt, fields: self) }
        return ReadingContext(zone: try projects.writerProject(tx)?.zone ?? .gmt, fields: self)
    }

    /// The rules of an object's custom fields; nil where it has none.
    func rules(_ object: FieldObject, _ projects: ProjectStore, _ tx: Connection) throws -> CustomRules? {
        guard has(object) else { return nil }
        return CustomRules(custom(object), try reading(projects, tx))
    }
}
