import Database
import Domain
import Foundation
import Storage

/// What is in the database, and how old its copies are.
extension Doctor {
    func database(_ tx: Connection) throws -> [Finding] {
        var findings = [tx.dialect == .sqlite ? try engine(tx) : try server(tx)]
        let steps = try steps(tx)
        findings.append(steps)
        // What this version does not know it cannot look into.
        guard steps.level == .ok else { return findings }
        findings.append(try clock(tx))
        findings.append(try zone(tx))
        findings += try work(tx)
        return findings
    }

    private func engine(_ tx: Connection) throws -> Finding {
        let mode = try tx.first("PRAGMA journal_mode") { $0.text(0) } ?? "?"
        let pages = try tx.first("PRAGMA page_count") { $0.integer(0) } ?? 0
        let pageSize = try tx.first("PRAGMA page_size") { $0.integer(0) } ?? 0
        return Finding(
            "sqlite", "SQLite \(DatabaseFile.version), \(ByteCount.text(pages * pageSize)), with a log of writes.",
            unless: mode != "wal", .warning, "The database keeps no log of writes (its journal mode is \(mode)).",
            mend:
                "Start the server once: it sets that itself. Where it stays so, the file system does not share memory; use a local disk."
        )
    }

    private func server(_ tx: Connection) throws -> Finding {
        let version = try tx.first("SELECT current_setting('server_version')") { $0.text(0) } ?? "?"
        let bytes = try tx.first("SELECT pg_database_size(current_database())") { $0.integer(0) } ?? 0
        let encoding = try tx.first("SELECT current_setting('server_encoding')") { $0.text(0) }
        return Finding(
            "postgresql", "PostgreSQL \(version), \(ByteCount.text(bytes)).", unless: encoding != "UTF8", .problem,
            "The database keeps text as \(encoding ?? "?"), which does not hold all there is.",
            mend: "Make it anew with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )
    }

    private func steps(_ tx: Connection) throws -> Finding {
        let applied = try Migrator.applied(tx)
        let known = try Migrations.all().map(\.name)
        let unknown = applied.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            return Finding(
                "migrations", .problem, "The data is of a newer version: it has \(unknown.joined(separator: ", ")).",
                mend: "Install that version, or restore a backup from before the upgrade."
            )
        }
        let missing = known.filter { !applied.contains($0) }
        return Finding(
            "migrations", "The tables are up to date.", unless: !missing.isEmpty, .warning,
            "The tables lack \(missing.joined(separator: ", ")).",
            mend: "Start the server, or run “reorder migrate”: it makes a backup first."
        )
    }

    private func clock(_ tx: Connection) throws -> Finding {
        let now = surroundings.now()
        // Identifiers hold the moment they were made at.
        let latest = try IdentifierStore().latest(tx)
        let last = Instant(milliseconds: latest >> 22 + IdentifierMaker.epoch.milliseconds)
        let isBehind = latest > 0 && last.milliseconds - now.milliseconds > 60_000
        return Finding(
            "clock", "The clock says \(now.rfc3339), which is after all that is stored.", unless: isBehind, .problem,
            "The clock says \(now.rfc3339), and the newest row was stored at \(last.rfc3339).",
            mend: "Set the clock, and let the system keep it (timedatectl set-ntp true)."
        )
    }

    private func zone(_ tx: Connection) throws -> Finding {
        let name = try tx.first("SELECT time_zone FROM project") { $0.text(0) }
        guard let name else {
            return Finding(
                "project", .warning, "There is no project yet.",
                mend: "Open the server's address, or run “reorder init”.")
        }
        return Finding(
            "project", "There is a project, in the time zone \(name).", unless: TimeZone(identifier: name) == nil,
            .problem,
            "The project's time zone \(name) is not known on this machine.",
            mend: "Install the rules of time zones (apt-get install tzdata), or choose another zone in Settings."
        )
    }

    /// The log of writes; a reader that does not end, or a copy that runs, keeps it from being emptied.
    func log() -> Finding {
        let bytes = Disk.size(of: databasePath + "-wal")
        return Finding(
            "write_log", "The log of writes has \(ByteCount.text(bytes)).", unless: bytes > 1 << 30, .warning,
            "The log of writes has grown to \(ByteCount.text(bytes)).",
            mend: "Look for a backup or another program that keeps the database open; a restart empties the log."
        )
    }

    func backups() -> Finding {
        let mend = "Run “reorder backup FILE”, or let the server do it: REORDER_BACKUP_EVERY=24 (Docs/operating.md)."
        guard let last = LastBackup.load(from: data) else {
            return Finding("backup", .warning, "There is no backup yet.", mend: mend)
        }
        let hours = max(0, surroundings.now().milliseconds - last.at.milliseconds) / 3_600_000
        let text = "The last backup is \(Self.age(hours: hours)) old: \(last.file), \(ByteCount.text(last.bytes))."
        if settings.backupEveryHours > 0, hours > Int64(settings.backupEveryHours) * 2 {
            let late = " One is due every \(settings.backupEveryHours) hours."
            return Finding("backup", .problem, text + late, mend: "Look for “the backup failed” in the server's log.")
        }
        guard FileManager.default.fileExists(atPath: last.file) || !last.file.hasPrefix(data + "/") else {
            return Finding("backup", .warning, text + " The file is gone.", mend: mend)
        }
        return Finding("backup", text, unless: hours > 7 * 24, .warning, text, mend: mend)
    }

    static func age(hours: Int64) -> String {
        switch hours {
        case 0: "less than an hour"
        case 1: "an hour"
        case 2..<48: "\(hours) hours"
        default: "\(hours / 24) days"
        }
    }
}
