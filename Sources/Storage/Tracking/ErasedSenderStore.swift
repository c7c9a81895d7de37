import Database
import Domain

/// Who was erased while bodies waited to be filed: what those say of them is not filed.
///
/// Names are hashes, made by whoever asks.
package struct ErasedSenderStore: Sendable {
    package init() {}

    /// All of them, with the last body that is concerned; usually nobody.
    package func all(_ tx: Connection) throws -> [String: Int64] {
        Dictionary(
            try tx.rows("SELECT name_hash, last_body FROM tracked_erasure") { ($0.text(0), $0.integer(1)) },
            uniquingKeysWith: max
        )
    }

    /// The last body that waits; nil where none does.
    package func lastBody(_ tx: Connection) throws -> Int64? {
        try tx.first("SELECT max(id) FROM tracked_inbox") { $0.optionalInteger(0) } ?? nil
    }

    package func add(_ hash: String, upTo body: Int64, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO tracked_erasure (name_hash, last_body) VALUES (\(hash), \(body))
            ON CONFLICT (name_hash) DO UPDATE SET last_body = excluded.last_body
            """
        )
    }

    package func remove(_ hash: String, _ tx: Connection) throws {
        try tx.run("DELETE FROM tracked_erasure WHERE name_hash = \(hash)")
    }

    /// Whether there is anybody.
    package func isEmpty(_ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM tracked_erasure LIMIT 1") { _ in true } == nil
    }

    /// Forgets those of whom no body can speak any more.
    package func forget(_ tx: Connection) throws {
        let first = try tx.first("SELECT min(id) FROM tracked_inbox") { $0.optionalInteger(0) } ?? nil
        try tx.run("DELETE FROM tracked_erasure WHERE last_body < \(first ?? .max)")
    }
}
