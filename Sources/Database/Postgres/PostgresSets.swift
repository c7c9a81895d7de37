/// A statement for one row, made into one for many: what PostgreSQL has beyond the text that both engines share.
enum PostgresSets {
    /// What adds the rows that are sent after it in COPY's binary form.
    static func copy(_ text: String) -> String {
        let target = text.dropFirst("INSERT INTO ".count).prefix(upTo: end(of: text, before: "VALUES"))
        return "COPY \(target) FROM STDIN (FORMAT binary)"
    }

    /// What writes a row for each place of the arrays that are bound.
    static func write(_ text: String, count: Int) -> String {
        let many = numbered(text)
        if text.hasPrefix("UPDATE") {
            let condition = end(of: many, before: "WHERE")
            return "\(many[..<condition])FROM \(source(count)) AS v\(columns(count)) \(many[condition...])"
        }
        let (values, conflict) = (end(of: many, before: "VALUES"), end(of: many, before: "ON CONFLICT"))
        let row = many[values..<conflict].trimmingPrefix("VALUES").trimmingPrefix { $0.isWhitespace }
            .trimmingPrefix("(")
        let list = row[..<(row.lastIndex(of: ")") ?? row.endIndex)]
        return "\(many[..<values])SELECT \(list) FROM \(source(count)) AS v\(columns(count)) \(many[conflict...])"
    }

    /// What answers a statement that reads for each place of the arrays that are bound; the last column is the place, from
    /// 1.
    static func read(_ text: String, count: Int) -> String {
        """
        SELECT s.*, v.place FROM \(source(count)) WITH ORDINALITY AS v\(columns(count, last: ", place"))
        CROSS JOIN LATERAL (\(numbered(text))) AS s
        """
    }

    private static func source(_ count: Int) -> String {
        "unnest(" + (1...count).map { "$\($0)" }.joined(separator: ", ") + ")"
    }

    private static func columns(_ count: Int, last: String = "") -> String {
        "(" + (1...count).map { "v\($0)" }.joined(separator: ", ") + last + ")"
    }

    /// Reads `$1` as the first column of the arrays' rows, and so on.
    private static func numbered(_ text: String) -> String {
        text.replacing(/\$(\d+)/) { "v.v\($0.1)" }
    }

    private static func end(of text: String, before word: String) -> String.Index {
        text.firstRange(of: word)?.lowerBound ?? text.endIndex
    }
}
