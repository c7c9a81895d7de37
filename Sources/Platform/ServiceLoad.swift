import Database
import Domain
import Foundation

/// How the installation is used, for those who watch it.
package struct ServiceLoad: Sendable {
    /// Commits since the start, and how many writes they held.
    package var commits: Int
    package var writes: Int
    /// Commits by how many writes they held: up to 1, 2, 4 … 256.
    package var commitsBySize: [Int]
    /// What commits took together.
    package var commitTime: Duration
    /// Writes that wait for a commit, and how long the oldest of them has.
    package var queued: Int
    package var oldestAge: Duration
    package var databaseBytes: Int64
    package var writeLogBytes: Int64
    package var freeBytes: Int64?
    package var lastBackup: Instant?
    /// Memory that the process holds; nil where the system does not say.
    package var residentBytes: Int64?

    init(_ load: Engine.Load, _ directory: DataDirectory) {
        (commits, writes, commitsBySize) = (load.commits, load.writes, load.commitsBySize)
        (commitTime, queued, oldestAge) = (load.commitTime, load.queued, load.oldestAge)
        databaseBytes = Disk.size(of: directory.databasePath)
        writeLogBytes = Disk.size(of: directory.databasePath + "-wal")
        freeBytes = Disk.free(at: directory.path)
        lastBackup = LastBackup.load(from: directory.path)?.at
        residentBytes = Self.residentBytes
    }

    private static var residentBytes: Int64? {
        // Pages: all that are mapped, then those in memory.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int64($0) })
        else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
