import Database
import Domain
import Foundation

/// Files of imports and exports, for nodes that share no directory.
package struct RunFileStore: Sendable {
    package init() {}

    /// Adds a part, the first of which is 0.
    package func add(_ part: Int64, of file: String, _ bytes: [UInt8], at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO run_file (bucket, file, part, body, created_ms)
            VALUES (\(Bucket(hashOf: file).rawValue), \(file), \(part), \(Data(bytes).base64EncodedString()),
                \(now.milliseconds))
            """
        )
    }

    /// - Returns: Nil behind the last part.
    package func part(_ part: Int64, of file: String, _ tx: Connection) throws -> [UInt8]? {
        let body = try tx.first(
            """
            SELECT body FROM run_file
            WHERE bucket = \(Bucket(hashOf: file).rawValue) AND file = \(file) AND part = \(part)
            """
        ) { $0.text(0) }
        return body.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }

    package func remove(_ file: String, _ tx: Connection) throws {
        try tx.run("DELETE FROM run_file WHERE bucket = \(Bucket(hashOf: file).rawValue) AND file = \(file)")
    }

    /// The files that were begun before `instant`.
    package func names(before instant: Instant, _ tx: Connection) throws -> [String] {
        try tx.rows("SELECT file FROM run_file WHERE part = 0 AND created_ms < \(instant.milliseconds)") { $0.text(0) }
    }
}
