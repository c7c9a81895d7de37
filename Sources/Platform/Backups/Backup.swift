import Database
import Domain
import Foundation
import Storage

/// A copy of all data in one file, made beside a running server (spec operations.md, `reorder backup`).
///
/// The file is an SQLite database: everything that must outlive the machine is in the database, so nothing else is in it.
package enum Backup {
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case exists(String)
        case anotherRuns(String)
        case tooLittleSpace(folder: String, needed: Int64, free: Int64)
        case damaged(String, findings: [String])
        case cannotWrite(String, reason: String)

        package var description: String {
            switch self {
            case .exists(let file): "There is a file \(file) already: name another one, or say --replace."
            case .anotherRuns(let file):
                "Another backup is writing \(file) just now: wait for it, or name another file."
            case .tooLittleSpace(let folder, let needed, let free):
                """
                \(folder) has \(ByteCount.text(free)) free and the copy needs \(ByteCount.text(needed)): free some, or \
                name a file on another disk.
                """
            case .damaged(let file, let findings):
                """
                The copy \(file) is damaged and was not kept: \(findings.joined(separator: "; ")). The disk, or the \
                database itself, may be failing: run “reorder doctor --deep”.
                """
            case .cannotWrite(let file, let reason): "Cannot write \(file): \(reason)."
            }
        }
    }

    /// What a backup holds.
    package struct Summary: Hashable, Sendable {
        package var file: String
        package var bytes: Int64
        package var takenAt: Instant
        package var contents: Contents
    }

    /// What is known of a backup from looking into it.
    package struct Contents: Hashable, Sendable {
        package var project: String?
        package var orders: Int64
        package var customers: Int64
        /// The steps of the schema it has.
        package var migrations: [String]

        /// Looks into a database of ours.
        init(_ tx: Connection) throws {
            project = try tx.first("SELECT name FROM project") { $0.text(0) }
            orders = try tx.first("SELECT count(*) FROM orders WHERE deleted_ms IS NULL") { $0.integer(0) } ?? 0
            customers = try tx.first("SELECT count(*) FROM customer") { $0.integer(0) } ?? 0
            migrations = try Migrator.applied(tx)
        }
    }

    /// Copies the data of a directory into a file, and holds the copy against itself before it gets its name.
    ///
    /// When this returns, the file is whole and on disk; when it throws, or the process ends, there is no file of that
    /// name, or still the one from before. It reads one moment of the database, and never makes writers wait.
    ///
    /// - Parameters:
    ///   - replaces: Whether a file of that name may be replaced.
    ///   - progress: Told how many pages are copied, and of how many.
    /// - Throws: `Failure`, `DataDirectory.Failure`, `DatabaseError`.
    package static func take(
        of data: String, to file: String, replaces: Bool = false, surroundings: Surroundings,
        progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> Summary {
        let directory = try DataDirectory(data, owned: false, mustExist: true)
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder.isEmpty ? "." : folder, withIntermediateDirectories: true
        )
        guard replaces || !FileManager.default.fileExists(atPath: file) else { throw Failure.exists(file) }
        let needed = Disk.size(of: directory.databasePath) + Disk.size(of: directory.databasePath + "-wal")
        if let free = Disk.free(at: folder.isEmpty ? "." : folder), free < needed {
            throw Failure.tooLittleSpace(folder: folder.isEmpty ? "." : folder, needed: needed, free: free)
        }
        let part = file + ".part"
        guard let hold = try FileHold(part) else { throw Failure.anotherRuns(file) }
        defer { withExtendedLifetime(hold) { FileHold.remove(part) } }
        let takenAt = surroundings.now()
        try DatabaseFile.copy(from: directory.databasePath, to: part, progress: progress)
        let findings = try DatabaseFile.faults(in: part)
        guard findings.isEmpty else { throw Failure.damaged(file, findings: findings) }
        let contents = try DatabaseFile.read(part) { try Contents($0) }
        try Disk.flush(part)
        guard replaces || !FileManager.default.fileExists(atPath: file) else { throw Failure.exists(file) }
        try Disk.rename(part, to: file)
        let summary = Summary(file: file, bytes: Disk.size(of: file), takenAt: takenAt, contents: contents)
        try LastBackup(at: takenAt, file: file, bytes: summary.bytes).save(in: data)
        return summary
    }
}

extension Backup {
    /// Writes into the audit log of a directory that its data was copied.
    ///
    /// Data of another version, whose tables may be others, is left as it is.
    ///
    /// - Throws: `DataDirectory.Failure`, `DatabaseError`.
    package static func note(
        _ summary: Summary, of data: String, by actor: Actor, surroundings: Surroundings
    ) async throws {
        let engine = try Engine(path: try DataDirectory(data, owned: false, mustExist: true).databasePath)
        defer { engine.stop() }
        guard try Migrator.isUpToDate(engine, try Migrations.all()) else { return }
        let identifiers = Identifiers(node: 1, after: try engine.read(IdentifierStore().latest))
        try await AuditLog(engine: engine, identifiers: identifiers, surroundings: surroundings).note(
            summary.entry(by: actor)
        )
    }
}

extension Backup.Summary {
    /// How the audit log tells of it.
    func entry(by actor: Actor) -> AuditEntry {
        let name = (file as NSString).lastPathComponent
        return AuditEntry(
            .backupMade, AuditObject(.backup, file, name: name), by: actor,
            after: ["file": file, "bytes": String(bytes), "orders": String(contents.orders)]
        )
    }
}

/// Keeps two from writing one file: a lock that ends with the process, whatever ends it.
final class FileHold: Sendable {
    private let descriptor: Int32

    /// Makes the file empty and takes the lock; nil where another holds it.
    ///
    /// - Throws: `Backup.Failure.cannotWrite`.
    init?(_ path: String) throws {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Backup.Failure.cannotWrite(path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        guard ftruncate(descriptor, 0) == 0 else {
            throw Backup.Failure.cannotWrite(path, reason: String(cString: strerror(errno)))
        }
    }

    /// Removes what is left of a copy that was broken off; nothing is there after one that was not.
    static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    deinit { close(descriptor) }
}
