/// `{% name rest %}`.
struct Tag {
    var name: String
    /// What stands behind the name, in the source.
    var rest: Range<Int>
    var position: TemplatePosition

    /// Tags that belong to one opened before.
    static let inner = ["elif", "else", "endif", "empty", "endfor"]
    private static let others = ["elseif": "elif", "elsif": "elif", "end": "endif"]

    init?(_ piece: TemplatePiece, _ source: TemplateSource) {
        var start = piece.range.lowerBound
        while start < piece.range.upperBound, source.bytes[start].isSpace { start += 1 }
        var end = start
        while end < piece.range.upperBound, source.bytes[end].isLetter || source.bytes[end] == 0x5f { end += 1 }
        guard end > start else { return nil }
        name = source.text(start..<end)
        name = Self.others[name] ?? name
        rest = end..<piece.range.upperBound
        position = source.position(start)
    }
}

/// Goes through the pieces of a text.
struct PieceReader {
    let source: TemplateSource
    private let pieces: [TemplatePiece]
    private var index = 0
    /// The tag that ended the last stretch, until somebody takes it.
    var tag: Tag?

    init(source: TemplateSource, pieces: [TemplatePiece]) { (self.source, self.pieces) = (source, pieces) }

    mutating func next() -> TemplatePiece? {
        guard index < pieces.count else { return nil }
        index += 1
        return pieces[index - 1]
    }

    mutating func take(_ names: String...) -> Tag? {
        guard let found = tag, names.contains(found.name) else { return nil }
        tag = nil
        return found
    }

    /// Leaves the rest unread.
    mutating func finish() { index = pieces.count }

    func position(_ piece: TemplatePiece) -> TemplatePosition { source.position(piece.range.lowerBound) }
}
