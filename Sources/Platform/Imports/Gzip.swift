import CZlib

/// Makes and undoes gzip of what is small enough to be held whole.
package enum Gzip {
    /// Why a text could not be uncompressed.
    package enum Failure: Error, Hashable, Sendable {
        case damaged
        /// It would be larger than the limit; nothing of it was kept.
        case tooLarge
    }

    /// Returns what was compressed, holding never much more than `limit` bytes of it.
    package static func inflate(_ bytes: [UInt8], upTo limit: Int) throws(Failure) -> [UInt8] {
        var rest: [UInt8]? = bytes
        var text: [UInt8] = []
        do {
            let inflater = try Inflater(file: "body")
            func more() -> [UInt8]? {
                defer { rest = nil }
                return rest
            }
            while try inflater.read(into: &text, more: more) {
                if text.count > limit { break }
            }
        } catch {
            throw .damaged
        }
        guard text.count <= limit else { throw .tooLarge }
        return text
    }

    /// Returns `bytes` compressed as well as can be; nil when there is not enough memory.
    package static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        // The largest window, and 16 for a gzip wrapper.
        guard
            deflateInit2_(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
                == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var (input, output) = (bytes, [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count)))))
        let code = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                return CZlib.deflate(&stream, Z_FINISH)
            }
        }
        guard code == Z_STREAM_END else { return nil }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
