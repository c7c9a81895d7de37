import Database
import Foundation
import Synchronization

/// The directory that holds the embedded database, or beside a server's the files that are being imported and exported
/// (spec operations.md, "Command line").
package final class DataDirectory: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case cannotMake(String, reason: String)
        case inUse(String)
        case nothingThere(String)

        package var description: String {
            switch self {
            case .cannotMake(let path, let reason): "Cannot use the data directory \(path): \(reason)."
            case .nothingThere(let path):
                "There is no project in \(path) yet: run “reorder init”, or name the right directory with --data."
            case .inUse(let path):
                "Another process uses \(path). Stop the server first, or send the data to it over the API."
            }
        }
    }

    package let path: String
    /// Where the data is.
    let place: Engine.Place
    private let lock: Mutex<Int32?>

    package var databasePath: String { path + "/reorder.sqlite" }

    /// Opens the directory, making it where it is not there.
    ///
    /// Data on a server may be written by any number of processes, so nobody owns it, and a directory beside it neither.
    ///
    /// - Parameters:
    ///   - server: The address of the server that the data is on; nil where it is in the directory.
    ///   - owned: Whether this process is to be the only one that writes orders; the lock ends with the process.
    ///   - mustExist: Whether a directory without a database is refused.
    /// - Throws: `Failure`.
    package init(_ path: String, server: String? = nil, owned: Bool, mustExist: Bool = false) throws {
        self.path = path
        place = server.map(Engine.Place.server) ?? .file(path + "/reorder.sqlite")
        guard server != nil || !mustExist || FileManager.default.fileExists(atPath: path + "/reorder.sqlite") else {
            throw Failure.nothingThere(path)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Failure.cannotMake(path, reason: error.localizedDescription)
        }
        guard owned, server == nil else {
            lock = Mutex(nil)
            return
        }
        let descriptor = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.cannotMake(path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Failure.inUse(path)
        }
        lock = Mutex(descriptor)
    }

    /// Lets another process have the directory.
    func release() {
        lock.withLock { lock in
            if let lock { close(lock) }
            lock = nil
        }
    }

    deinit { release() }
}
