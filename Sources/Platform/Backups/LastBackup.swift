import Domain
import Foundation

/// A note in the data directory of when it was last copied, and where to.
package struct LastBackup: Hashable, Codable, Sendable {
    private var atMs: Int64
    package var file: String
    package var bytes: Int64

    package var at: Instant { Instant(milliseconds: atMs) }

    package init(at: Instant, file: String, bytes: Int64) {
        (atMs, self.file, self.bytes) = (at.milliseconds, file, bytes)
    }

    private static func path(in data: String) -> String { data + "/last-backup.json" }

    /// The note in a data directory; nil where there is none, or it cannot be read.
    package static func load(from data: String) -> LastBackup? {
        guard let bytes = FileManager.default.contents(atPath: path(in: data)) else { return nil }
        do { return try JSONDecoder().decode(LastBackup.self, from: bytes) } catch { return nil }
    }

    func save(in data: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Disk.write([UInt8](try encoder.encode(self)), to: Self.path(in: data))
    }
}
