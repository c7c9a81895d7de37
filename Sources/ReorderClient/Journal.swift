import Foundation

/// Lines in a file, each under a check sum, that are on disk when `append` returns.
///
/// A crash in the middle of writing leaves a last line that is torn; opening drops it and nothing before it. A line that
/// was damaged otherwise is passed over alone.
final class Journal {
    private let file: URL
    private let handle: FileHandle

    /// How many bytes the file has.
    private(set) var size: Int

    private init(file: URL, handle: FileHandle, size: Int) {
        (self.file, self.handle, self.size) = (file, handle, size)
    }

    /// Opens a file, makes it where there is none, and answers its lines that are whole.
    static func open(_ file: URL) throws -> (journal: Journal, lines: [Data]) {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
        let (lines, end) = whole(in: try Data(contentsOf: file))
        let handle = try FileHandle(forUpdating: file)
        try handle.truncate(atOffset: UInt64(end))
        return (Journal(file: file, handle: handle, size: end), lines)
    }

    /// Adds lines, which must not hold a line break.
    ///
    /// - Parameter isSynchronized: Whether they are on disk when this returns; otherwise the system writes them when it likes.
    /// - Throws: The system's error, after which the file is as it was.
    func append(_ lines: [Data], isSynchronized: Bool) throws {
        let bytes = Data(lines.map(Self.sealed).joined())
        do {
            try handle.write(contentsOf: bytes)
            if isSynchronized { try handle.synchronize() }
            size += bytes.count
        } catch {
            // A part of it must not stand before what comes next.
            try handle.truncate(atOffset: UInt64(size))
            throw error
        }
    }

    /// Empties the file.
    func clear() throws {
        try handle.truncate(atOffset: 0)
        size = 0
        try handle.synchronize()
    }

    /// Answers a journal that holds these lines and nothing else; until it is whole on disk, the file is as it was.
    func rewritten(_ lines: [Data]) throws -> Journal {
        let draft = Self.draft(of: file)
        try Data().write(to: draft)
        let new = Journal(file: file, handle: try FileHandle(forUpdating: draft), size: 0)
        try new.append(lines, isSynchronized: true)
        guard rename(draft.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        return new
    }

    /// Removes a journal that is not open any more.
    static func remove(_ file: URL) throws {
        for file in [file, draft(of: file)] where FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    private static func draft(of file: URL) -> URL {
        file.appendingPathExtension("new")
    }

    deinit {
        // Everything that had to be written was, so there is nothing left that closing could fail to do.
        try? handle.close()
    }

    private static func sealed(_ line: Data) -> Data {
        Data(seal(of: line).utf8) + line + Data([0x0A])
    }

    private static func seal(of line: Data) -> String {
        let sum = String(CheckSum.crc32(of: line), radix: 16)
        return String(repeating: "0", count: 8 - sum.count) + sum + " "
    }

    /// Finds the lines that bear their check sum, and where the last of them ends.
    private static func whole(in bytes: Data) -> (lines: [Data], end: Int) {
        var (lines, end) = ([Data](), 0)
        var start = bytes.startIndex
        while let lineBreak = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<lineBreak]
            start = lineBreak + 1
            guard line.count >= 9 else { continue }
            let text = Data(line.dropFirst(9))
            guard line.prefix(9).elementsEqual(seal(of: text).utf8) else { continue }
            lines.append(text)
            end = start
        }
        return (lines, end)
    }
}

enum CheckSum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
    }

    /// The sum that zip and PNG files use.
    static func crc32(of bytes: Data) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    }
}
