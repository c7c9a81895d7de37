/// Why an import cannot begin or cannot go on; a bad row is no error, but a refused item.
package struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is to be mended.
    package enum Kind: Hashable, Sendable {
        /// A file is missing or cannot be opened.
        case file
        /// A file is not text in an encoding that is understood.
        case encoding
        /// A compressed file ends too early or does not add up.
        case damage
        /// A file's columns are not those that are wanted.
        case columns
        /// The mapping says something that is not understood.
        case mapping
        /// There is no such audience, or what is imported cannot be put into one.
        case audience
    }

    package var kind: Kind
    /// The file it is about, as it was named.
    package var file: String?
    /// The line of `file`, from 1.
    package var line: Int?
    /// One or two sentences: what is wrong and how to mend it.
    package var message: String

    /// How many rows of a damaged file were read before the damage.
    package var rowsBefore: Int?

    package init(_ kind: Kind, file: String? = nil, line: Int? = nil, _ message: String) {
        (self.kind, self.file, self.line, self.message) = (kind, file, line, message)
    }

    package var description: String {
        let place = [file, line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
        return place.isEmpty ? message : "\(place): \(message)"
    }

    /// The same error, saying how much of a damaged file could be read.
    func saying(rows: Int) -> ImportError {
        guard kind == .damage else { return self }
        var error = self
        error.rowsBefore = rows
        error.message += " \(rows) \(rows == 1 ? "row" : "rows") could be read before that."
        return error
    }
}
