import Database
import Domain
import Foundation

/// The data stays as it is, since it could not be copied before an upgrade.
package struct UpgradeFailure: Error, CustomStringConvertible {
    let reason: String

    package var description: String {
        """
        The tables need an upgrade, and the copy that is made before it failed: \(reason) Nothing was changed. Mend \
        that, or run “reorder migrate --no-backup” when you have a copy of your own.
        """
    }
}

/// Copies the data before its tables are altered by a new version (spec operations.md, "Durability").
enum UpgradeBackup {
    /// Copies that are kept of earlier upgrades.
    private static let keep = 3
    private static let prefix = "before-upgrade-"

    /// Makes the copy where there is something to lose.
    ///
    /// - Throws: `UpgradeFailure`.
    static func take(of directory: DataDirectory, applied: [String], surroundings: Surroundings) async throws {
        guard !applied.isEmpty else { return }
        let folder = directory.path + "/backups"
        let file = "\(folder)/\(prefix)\(surroundings.now().stamp).sqlite"
        do {
            _ = try await OwnThread.run {
                try Backup.take(of: directory.path, to: file, replaces: true, surroundings: surroundings)
            }
            try BackupSchedule.removeOldest(in: folder, prefix: prefix, keep: keep, besides: file)
        } catch {
            throw UpgradeFailure(reason: "\(error)")
        }
    }
}
