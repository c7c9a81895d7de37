import Domain
import Hummingbird

/// History as the API answers it: of an order or of a receipt.
enum ActivityAnswer {
    /// Answers a page of changes.
    ///
    /// - Parameters:
    ///   - type: What the resources are called.
    ///   - find: Up to so many changes before the one with a number, the newest first.
    static func response(
        _ request: Request, type: String,
        find: (_ before: Int64, _ limit: Int) throws -> [(seq: Int64, change: RecordedChange)]
    ) throws -> Response {
        let page = try PageQuery(request)
        let before = try page.after.map { text in
            guard let seq = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return seq
        }
        let found = try find(before ?? .max, page.size)
        let next = (found.last?.seq).flatMap { $0 > 1 ? Cursor.encode(String($0)) : nil }
        // Changes count from 1 without gaps, so the newest one's number is how many there are.
        let total = try find(.max, 1).first?.seq ?? 0
        return CollectionAnswer(
            total: Int(total), selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(found) { write($0.change, seq: $0.seq, type: type, &$1) }
    }

    private static func write(_ recorded: RecordedChange, seq: Int64, type: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("actor", recorded.origin.actor)
                writer.field("arrived_at", recorded.arrivedAt)
                writer.field("channel", recorded.origin.channel.rawValue)
                writer.field("field", recorded.change.field)
                writer.field("from", recorded.change.from)
                writer.field("happened_at", recorded.change.happenedAt)
                writer.field("to", recorded.change.to)
                writer.field("version", recorded.version)
            }
            writer.field("id", String(seq))
            writer.field("type", type)
        }
    }
}
