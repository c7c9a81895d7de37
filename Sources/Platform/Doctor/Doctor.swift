import Database
import Domain
import Foundation
import Storage

/// Looks an installation over, running or stopped, and says what is wrong and what to do (spec operations.md,
/// `reorder doctor`).
///
/// It changes nothing but a small file of its own, which it removes.
package struct Doctor: Sendable {
    package struct Finding: Hashable, Sendable {
        package enum Level: String, Sendable {
            case ok
            /// Works, and may not for long.
            case warning
            /// Does not work, or loses data.
            case problem
        }

        /// A stable name, such as `free_space`.
        package var name: String
        package var level: Level
        /// What is so.
        package var text: String
        /// What to do; empty where nothing is to be done.
        package var mend: String

        init(_ name: String, _ level: Level, _ text: String, mend: String = "") {
            (self.name, self.level, self.text, self.mend) = (name, level, text, mend)
        }

        /// One of the two, by a condition.
        init(_ name: String, _ fine: String, unless wrong: Bool, _ level: Level, _ text: String, mend: String) {
            self = wrong ? Finding(name, level, text, mend: mend) : Finding(name, .ok, fine)
        }
    }

    let settings: Settings
    let surroundings: Surroundings

    package init(_ settings: Settings, surroundings: Surroundings) {
        (self.settings, self.surroundings) = (settings, surroundings)
    }

    var data: String { settings.data }
    var databasePath: String { data + "/reorder.sqlite" }

    /// Makes every examination that the installation allows.
    ///
    /// - Parameter isDeep: Whether the whole database is read, too.
    package func examine(isDeep: Bool = false) -> [Finding] {
        if let server = settings.database { return examine(server: server) }
        guard FileManager.default.fileExists(atPath: data) else {
            return [
                Finding(
                    "data_directory", .problem, "There is no data directory \(data).",
                    mend: "Name the right one with --data or REORDER_DATA, or make a project with “reorder init”."
                )
            ] + machine()
        }
        let isRunning = isRunning
        var findings = directory() + disk() + machine()
        guard FileManager.default.fileExists(atPath: databasePath) else {
            findings.append(
                Finding(
                    "database", .problem, "There is no database in \(data).",
                    mend: "Make a project with “reorder init”, or bring a backup back with “reorder restore”."
                )
            )
            return findings + [port(isRunning: isRunning)]
        }
        do {
            findings += try DatabaseFile.read(databasePath) { try database($0) }
            if isDeep { findings.append(try wholeness()) }
        } catch {
            findings.append(
                Finding(
                    "database", .problem, "The database cannot be read: \(error).",
                    mend: """
                        Stop the server, keep a copy of \(data), and bring the last backup back with \
                        “reorder restore FILE --data \(data) --replace”.
                        """
                )
            )
        }
        return findings + [log(), backups(), port(isRunning: isRunning)]
    }

    private func examine(server: String) -> [Finding] {
        do {
            let engine = try Engine(.server(server))
            defer { engine.stop() }
            return try engine.read { try database($0) } + machine()
        } catch {
            return [
                Finding(
                    "database", .problem, "The database on \(settings.place) cannot be used: \(error).",
                    mend: "See that the server runs and lets this machine in; try the address with psql."
                )
            ] + machine()
        }
    }

    /// Whether a process owns the directory now.
    private var isRunning: Bool {
        let descriptor = open(data + "/lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    private func wholeness() throws -> Finding {
        let faults = try DatabaseFile.faults(in: databasePath)
        return Finding(
            "integrity", "SQLite finds the database whole.", unless: !faults.isEmpty, .problem,
            "The database is damaged: \(faults.joined(separator: "; ")).",
            mend: """
                Stop the server, keep a copy of \(data), bring the last backup back with “reorder restore”, and let the \
                disk and the memory be checked.
                """
        )
    }

    private func port(isRunning: Bool) -> Finding {
        let place = "\(settings.host):\(settings.port)"
        switch (isRunning, PortProbe.ask(host: settings.host, port: settings.port)) {
        case (_, .notAsked): return Finding("port", .ok, "The address \(place) is not asked from here.")
        case (true, .ready): return Finding("port", .ok, "The server answers on \(place) and is ready.")
        case (true, .notReady):
            return Finding(
                "port", .problem, "The server on \(place) says that it is not ready.",
                mend: "Look at what is said of the disk above, and into the server's log."
            )
        case (true, .nobody):
            return Finding(
                "port", .warning, "A process owns \(data), and nothing answers on \(place).",
                mend: "Where the server has another address, say it with --host and --port; else look into its log."
            )
        case (false, .nobody): return Finding("port", .ok, "No server runs, and \(place) is free for one.")
        case (false, .ready), (false, .notReady):
            return Finding(
                "port", .warning, "A Reorder on \(place) works on other data than \(data).",
                mend: "Name the right directory with --data, or the right address with --host and --port."
            )
        case (_, .other):
            return Finding(
                "port", .problem, "Another program answers on \(place).",
                mend: "Stop it, or give Reorder another port with --port or REORDER_PORT."
            )
        }
    }
}
