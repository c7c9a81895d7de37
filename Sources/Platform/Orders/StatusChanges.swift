import Database
import Domain
import Storage

/// Gives many orders a status at once (spec admin.md, "Orders").
///
/// A few are changed in one write. All that a list shows are written into a file of descriptions, which is imported
/// beside the requests: so the change has the progress, the cancelling and the undoing of an import, and goes on after a kill.
package struct StatusChanges: Sendable {
    let orders: OrderService
    let imports: ImportService
    let exports: ExportService

    /// The most orders of one write: others wait as long.
    package static let limit = 500
    /// Orders that are read at once.
    private static let pageSize = 1000

    /// Changes some orders, all in one write; those that are no more are left out.
    ///
    /// - Returns: How many have another status than before.
    /// - Throws: `Faults` for a status that is not known.
    package func change(_ externalIDs: [String], to change: StatusChange, by origin: Origin) async throws -> Int {
        let writer = orders.writer
        let terms = OrderWriter.Terms(origin: origin)
        return try await orders.write { [surroundings = orders.surroundings] tx in
            let now = surroundings.now()
            var all: [OrderWriter.Written] = []
            for externalID in externalIDs.prefix(Self.limit) {
                do {
                    all.append(try writer.moveStatuses(externalID, change.patch, terms, at: now, tx))
                } catch OrderError.unknownOrder {
                    continue  // Somebody deleted it meanwhile: the others are to change all the same.
                }
            }
            return (all, all.count { $0.kind == .updated })
        }
    }

    /// How many orders match a list's filters.
    ///
    /// - Throws: `Refusal` for a filter that cannot be read.
    package func count(_ filters: [String: String]) throws -> Int {
        let query = try OrderQuery(filters: filters, orders.references.current.reading)
        return try orders.list(query, place: .offset(0), limit: 0, withLines: true).total
    }

    /// Changes all orders that match a list's filters now, beside the requests.
    ///
    /// - Parameters:
    ///   - name: What the change is called, for a person.
    ///   - email: Who stands in history for it.
    /// - Throws: `Faults` for a filter or a status that is not known, `ImportRunError.tooMany`, `ImportError` when no
    ///   order matches.
    package func start(
        _ filters: [String: String], to change: StatusChange, named name: String, by email: String, author: Actor
    ) async throws -> ImportRun {
        var wanted = ExportRequest(.orders)
        (wanted.filters, wanted.columns) = (filters, ["external_id"])
        let request = try exports.checked(wanted)
        if let code = change.code, orders.references.current.book.status(change.type, code: code) == nil {
            throw Faults("/change", "unknown_status", "There is no \(change.type.rawValue) status “\(code)” any more.")
        }
        let upload = try imports.upload(limit: .max)
        do {
            let source = try await orders.engine.readLong { tx in try exports.source(request, tx) }
            var place: ExportSource.Place? = ExportSource.Place()
            while let current = place {
                try Task.checkCancellation()
                let (lines, next) = try await orders.engine.readLong { tx in
                    var writer = LineWriter(change)
                    let next = try source.page(from: current, limit: Self.pageSize, tx) { writer.add($0.text(2)) }
                    return (writer.bytes, next)
                }
                try upload.write(lines)
                place = next
            }
        } catch {
            imports.discard(upload)
            throw error
        }
        var asked = ImportRequest()
        asked.statusChange = change
        return try await imports.start(upload, named: name, .orders, asked, as: .queued, by: email, author: author)
    }
}

/// Writes descriptions of orders that say nothing but a status, a line each.
private struct LineWriter {
    private let change: StatusChange
    private(set) var bytes: [UInt8] = []

    init(_ change: StatusChange) { self.change = change }

    mutating func add(_ externalID: String) {
        var writer = JSONWriter(capacity: 96)
        writer.object { writer in
            if change.type != .general { block(&writer) }
            writer.field("external_id", externalID)
            if change.type == .general { writer.field("status_code", change.code) }
        }
        bytes += writer.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    private func block(_ writer: inout JSONWriter) {
        writer.key(change.type.rawValue)
        writer.object { $0.field("status_code", change.code) }
    }
}
