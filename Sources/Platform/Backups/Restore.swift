import Database
import Domain
import Foundation
import Storage

/// Brings the data of a backup into a directory (spec operations.md, `reorder restore`).
package enum Restore {
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case noFile(String)
        case notABackup(String)
        case damaged(String, findings: [String])
        case newer(String, steps: [String])
        case notEmpty(String)

        package var description: String {
            switch self {
            case .noFile(let file): "There is no file \(file)."
            case .notABackup(let file): "\(file) is not a backup of Reorder: it was not made by “reorder backup”."
            case .damaged(let file, let findings):
                """
                The backup \(file) is damaged, and nothing was changed: \(findings.joined(separator: "; ")). Copy it \
                anew from where it was kept, or take an earlier one.
                """
            case .newer(let file, let steps):
                """
                The backup \(file) is of a newer version (it has \(steps.joined(separator: ", "))), and nothing was \
                changed: install that version or a later one, and restore with it.
                """
            case .notEmpty(let data):
                """
                There is data in \(data) already: name another directory, or say --replace, which keeps what is there in \
                a folder beside it.
                """
            }
        }
    }

    /// What was done.
    package struct Summary: Hashable, Sendable {
        package var contents: Backup.Contents
        /// Where what was there before is kept; nil where there was nothing.
        package var keptAside: String?
    }

    /// Puts a backup in the place of a directory's data.
    ///
    /// The copy is whole and checked before anything that was there is touched, and takes its place in one step: whatever
    /// ends the process, the directory has the old data or the new.
    ///
    /// - Parameter replaces: Whether data that is there may be put aside.
    /// - Throws: `Failure`, `DataDirectory.Failure` when a server runs on the directory, `DatabaseError`.
    package static func run(
        _ file: String, into data: String, replaces: Bool, surroundings: Surroundings
    ) throws -> Summary {
        let contents = try check(file)
        let directory = try DataDirectory(data, owned: true)
        defer { withExtendedLifetime(directory) {} }
        let hasData = FileManager.default.fileExists(atPath: directory.databasePath)
        let entries = try FileManager.default.contentsOfDirectory(atPath: data)
            .filter { $0 != "lock" && !$0.hasSuffix(".part") }
        guard replaces || entries.isEmpty else { throw Failure.notEmpty(data) }
        let part = directory.databasePath + ".part"
        FileHold.remove(part)
        defer { FileHold.remove(part) }
        try DatabaseFile.copy(from: file, to: part)
        let findings = try DatabaseFile.faults(in: part)
        guard findings.isEmpty else { throw Failure.damaged(file, findings: findings) }
        try Disk.flush(part)
        guard hasData else {
            try Disk.rename(part, to: directory.databasePath)
            return Summary(contents: contents)
        }
        let aside = try putAside(directory, surroundings)
        try Disk.rename(part, to: directory.databasePath)
        try moveOthers(of: data, into: aside)
        return Summary(contents: contents, keptAside: aside)
    }

    /// Looks whether a file is a whole backup that this version can take.
    ///
    /// - Throws: `Failure`.
    package static func check(_ file: String) throws -> Backup.Contents {
        guard FileManager.default.fileExists(atPath: file) else { throw Failure.noFile(file) }
        do {
            let isOurs = try DatabaseFile.read(file) { tx in
                try tx.first(
                    "SELECT count(*) FROM sqlite_schema WHERE name IN ('migration', 'orders', 'customer', 'project')"
                ) { $0.integer(0) } == 4
            }
            guard isOurs else { throw Failure.notABackup(file) }
            // Before the rest, since a newer version may have changed what the rest looks at.
            let steps = try DatabaseFile.read(file) { try Migrator.applied($0) }
            let known = Set(try Migrations.all().map(\.name))
            let unknown = steps.filter { !known.contains($0) }
            guard unknown.isEmpty else { throw Failure.newer(file, steps: unknown) }
            let findings = try DatabaseFile.faults(in: file)
            guard findings.isEmpty else { throw Failure.damaged(file, findings: findings) }
            return try DatabaseFile.read(file) { try Backup.Contents($0) }
        } catch DatabaseError.fault(let message) {
            if message.hasPrefix("file is not a database") { throw Failure.notABackup(file) }
            throw Failure.damaged(file, findings: [message])
        }
    }

    /// Gives the database a second name in a folder of its own, so that the new one may take its first.
    private static func putAside(_ directory: DataDirectory, _ surroundings: Surroundings) throws -> String {
        let aside = try makeFolder(directory.path + "/replaced-" + surroundings.now().stamp)
        let path = directory.databasePath
        do {
            try DatabaseFile.emptyLog(of: path)
        } catch is DatabaseError {
            // What is damaged is kept as it is, log and all; the log first, since it must not meet the new database.
            for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
                try Disk.rename(path + suffix, to: aside + "/reorder.sqlite" + suffix)
            }
        }
        let second = aside + "/reorder.sqlite"
        // The first name stays until the new database takes it.
        if link(path, second) != 0 { try FileManager.default.copyItem(atPath: path, toPath: second) }
        try Disk.flush(aside)
        return aside
    }

    /// Makes a folder of this name, or with a number behind it where there is one already.
    private static func makeFolder(_ name: String) throws -> String {
        var path = name
        var number = 1
        while FileManager.default.fileExists(atPath: path) {
            number += 1
            path = "\(name)-\(number)"
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        return path
    }

    /// Puts aside what else belonged to the old data.
    private static func moveOthers(of data: String, into aside: String) throws {
        let kept: Set = ["lock", "backups", "reorder.sqlite", "reorder.sqlite-wal", "reorder.sqlite-shm"]
        for name in try FileManager.default.contentsOfDirectory(atPath: data)
        where !kept.contains(name) && !name.hasPrefix("replaced-") && !name.hasSuffix(".part") {
            try Disk.rename("\(data)/\(name)", to: "\(aside)/\(name)")
        }
    }
}

extension Instant {
    /// The moment in a file's name: `20260314-102500`, in UTC.
    var stamp: String {
        rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }.replacing("T", with: "-")
    }
}
