import Foundation

/// A file's bytes, chunk by chunk, uncompressed where they are gzip.
///
/// Memory stays at a few chunks, whatever the size of the file or what a small one unpacks to.
final class ByteSource {
    static let chunkBytes = 262_144

    /// The path as it was given.
    let file: String
    /// The size of the file as it lies on disk; 0 for a pipe.
    let totalBytes: Int
    /// How many bytes of `totalBytes` were read.
    private(set) var bytesRead = 0

    private let handle: FileHandle
    private var first: [UInt8]?
    private var inflater: Inflater?

    /// Opens a file; gzip is known by its first two bytes, whatever the name says.
    ///
    /// - Throws: `ImportError` of the kind `file`.
    init(path: String) throws {
        file = path
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
            totalBytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        } catch {
            throw ImportError(.file, file: path, "It cannot be opened: \(Self.reason(path)).")
        }
        var start: [UInt8] = []
        while start.count < 2, let chunk = try readFile() { start += chunk }
        first = start
        if start.starts(with: [0x1f, 0x8b]) { inflater = try Inflater(file: path) }
    }

    deinit {
        // Nothing was written, so a failure to close loses nothing.
        do { try handle.close() } catch {}
    }

    /// Appends the next bytes to `buffer` and returns false when there are no more.
    ///
    /// - Throws: `ImportError` of the kind `damage` where gzip is broken, after all that could be read was handed out.
    func read(into buffer: inout [UInt8]) throws -> Bool {
        if let inflater { return try inflater.read(into: &buffer, more: nextChunk) }
        guard let chunk = try nextChunk() else { return false }
        buffer.append(contentsOf: chunk)
        return true
    }

    private func nextChunk() throws -> [UInt8]? {
        if let chunk = first {
            first = nil
            if !chunk.isEmpty { return chunk }
        }
        return try readFile()
    }

    private func readFile() throws -> [UInt8]? {
        do {
            guard let data = try handle.read(upToCount: Self.chunkBytes), !data.isEmpty else { return nil }
            bytesRead += data.count
            return [UInt8](data)
        } catch {
            throw ImportError(.file, file: file, "It cannot be read to its end: \(error.localizedDescription)")
        }
    }

    private static func reason(_ path: String) -> String {
        guard FileManager.default.fileExists(atPath: path) else { return "there is no such file" }
        return FileManager.default.isReadableFile(atPath: path) ? "it is not a file" : "you may not read it"
    }
}
