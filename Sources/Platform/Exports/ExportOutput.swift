import Foundation

/// Where an export's bytes go, in large pieces.
final class ExportOutput {
    /// How much gathers before it is written.
    static let chunk = 1 << 18

    private let handle: FileHandle
    private let closes: Bool
    private(set) var byteCount: Int64 = 0

    /// Makes a file, readable by this user alone.
    ///
    /// - Throws: `ExportError.disk`.
    init(path: String) throws {
        let made = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]
        )
        guard made, let handle = FileHandle(forWritingAtPath: path) else {
            throw ExportError.disk("The file \(path) cannot be made: is the disk full, or the directory not writable?")
        }
        (self.handle, closes) = (handle, true)
    }

    /// Writes to a handle that somebody else closes, such as standard output.
    init(_ handle: FileHandle) { (self.handle, closes) = (handle, false) }

    deinit {
        // What matters was flushed, or the export has failed.
        if closes { do { try handle.close() } catch {} }
    }

    func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw ExportError.disk("The file cannot be written on: \(error.localizedDescription)")
        }
        byteCount += Int64(bytes.count)
    }
}

/// Why an export was refused or cannot go on.
package enum ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown
    /// So many wait already.
    case tooMany(Int)
    /// The file grew past what files may hold.
    case tooLarge(limit: Int64)
    case disk(String)
    /// Somebody cancelled it.
    case cancelled

    package var description: String {
        switch self {
        case .unknown: "There is no such export."
        case .tooMany(let count): "\(count) exports wait already: try again when some have finished."
        case .tooLarge(let limit):
            "The file would hold more than \(limit / 1_000_000) MB: choose fewer rows or columns, or raise limits.exports."
        case .disk(let sentence): sentence
        case .cancelled: "The export was cancelled."
        }
    }
}
