import Database
import Foundation

/// The steps of the schema, read from `Migrations/` in the order of their names.
package enum Migrations {
    package struct Missing: Error, CustomStringConvertible {
        package var description: String { "The migrations are not beside the program: install it with its resources." }
    }

    package static func all() throws -> [Migration] {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Migrations"),
            FileManager.default.fileExists(atPath: folder.path)
        else { throw Missing() }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.lastPathComponent < $1.lastPathComponent }.map { file in
            Migration(
                name: file.deletingPathExtension().lastPathComponent, sql: try String(contentsOf: file, encoding: .utf8)
            )
        }
    }
}
