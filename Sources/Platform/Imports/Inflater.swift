import CZlib

/// Undoes gzip as a stream: several members one after another are one text, as `gzip -d` has it.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let file: String
    private var input: [UInt8] = []
    private var position = 0
    private var output = [UInt8](repeating: 0, count: ByteSource.chunkBytes)
    private var isInsideMember = true
    private var damage: ImportError?

    init(file: String) throws {
        self.file = file
        // zlib keeps the stream's address, so it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = inflateInit2_(stream, Self.gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            throw ImportError(.file, file: file, "There is not enough memory to uncompress it.")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The largest window, and 16 for a gzip wrapper.
    private static let gzipOnly: Int32 = 15 + 16

    /// Appends the next uncompressed bytes, at most a chunk of them, and returns false when there are no more.
    ///
    /// What could be read before a fault is handed out first; the call after that throws.
    ///
    /// - Parameter more: Returns the next compressed bytes, or nil at the end of the file.
    func read(into buffer: inout [UInt8], more: () throws -> [UInt8]?) throws -> Bool {
        if let damage { throw damage }
        while true {
            if position == input.count {
                guard let next = try more() else {
                    guard !isInsideMember else { throw fault("ends too early: a part of it is missing") }
                    return false
                }
                (input, position) = (next, 0)
            }
            guard try isInsideMember || beginMember() else { continue }
            let (count, code) = step()
            buffer.append(contentsOf: output[..<count])
            switch code {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isInsideMember = false
            default: damage = fault("is damaged")
            }
            if count > 0 { return true }
            if let damage { throw damage }
        }
    }

    /// Returns whether another member begins; zeros that pad a file are passed over.
    private func beginMember() throws -> Bool {
        while position < input.count, input[position] == 0 { position += 1 }
        guard position < input.count else { return false }
        guard input[position] == 0x1f else { throw fault("has something behind its end that is not gzip") }
        inflateReset(stream)
        isInsideMember = true
        return true
    }

    private func step() -> (count: Int, code: Int32) {
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(input.count - position)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                let code = inflate(stream, Z_NO_FLUSH)
                position = input.count - Int(stream.pointee.avail_in)
                return (output.count - Int(stream.pointee.avail_out), code)
            }
        }
    }

    private func fault(_ what: String) -> ImportError {
        ImportError(.damage, file: file, "The compressed file \(what). Fetch it again, and import it again.")
    }
}
