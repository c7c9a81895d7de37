import Foundation

/// The directory that holds the embedded database (spec operations.md, "Command line").
package final class DataDirectory: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case cannotMake(String, reason: String)
        case inUse(String)

        package var description: String {
            switch self {
            case .cannotMake(let path, let reason): "Cannot use the data directory \(path): \(reason)."
            case .inUse(let path):
                "Another process uses \(path). Stop the server first, or send the data to it over the API."
            }
        }
    }

    package let path: String
    private let lock: Int32?

    package var databasePath: String { path + "/reorder.sqlite" }

    /// Opens the directory, making it where it is not there.
    ///
    /// - Parameter owned: Whether this process is to be the only one that writes orders; the lock ends with the process.
    /// - Throws: `Failure`.
    package init(_ path: String, owned: Bool) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Failure.cannotMake(path, reason: error.localizedDescription)
        }
        guard owned else {
            lock = nil
            return
        }
        let descriptor = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.cannotMake(path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Failure.inUse(path)
        }
        lock = descriptor
    }

    deinit {
        if let lock { close(lock) }
    }
}
