import Foundation
import Platform
import Synchronization

/// The rows an import refused, as they stood in the file, to be mended and sent again; and beside them why.
final class RefusedRows: Sendable {
    private struct State {
        var path: String?
        var rows: FileHandle?
        var reasons: FileHandle?
    }

    private let path: String?
    private let state = Mutex(State())

    init(path: String?) { self.path = path }

    /// The file that rows were written to; nil while none was refused.
    var writtenPath: String? { state.withLock { $0.path } }

    /// - Parameter header: The first line of the file that the rows are from, where it has one.
    func write(_ refused: [ImportService.Refused], header: [UInt8]?) throws {
        guard !refused.isEmpty else { return }
        try state.withLock { state in
            if state.rows == nil {
                let target = path ?? (header == nil ? "refused.ndjson" : "refused.csv")
                state.rows = try Self.open(target)
                state.reasons = try Self.open(target + ".reasons.txt")
                state.path = target
                if let header { state.rows?.write(Data(header + [UInt8(ascii: "\n")])) }
            }
            for row in refused {
                state.rows?.write(Data(row.item.raw + [UInt8(ascii: "\n")]))
                state.reasons?.write(Data("\(row.item.file), line \(row.item.line): \(row.reason)\n".utf8))
            }
        }
    }

    private static func open(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw CommandFailure("Cannot write the refused rows to \(path): name another file with --refused.")
        }
        return handle
    }
}
