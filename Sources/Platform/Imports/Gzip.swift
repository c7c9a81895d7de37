/// Undoes gzip of what is small enough to be held whole.
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
}
