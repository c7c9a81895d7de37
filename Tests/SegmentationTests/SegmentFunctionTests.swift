import Database
import Domain
import Storage
import Testing

/// What statements call, held against what Swift does.
struct SegmentFunctionTests {
    private let database: ShopDatabase

    init() async throws { database = try await ShopDatabase() }

    private func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try database.engine.read { tx in
            try tx.define(SegmentFunctions.all)
            return try body(tx)
        }
    }

    /// What a function makes of each text.
    private func answers(_ function: SQL, _ texts: [String]) throws -> [String] {
        try read { tx in
            var answers: [String] = []
            for start in stride(from: 0, to: texts.count, by: 1000) {
                var rows: SQL = ""
                for (offset, text) in texts[start..<min(start + 1000, texts.count)].enumerated() {
                    rows.append(offset == 0 ? "(\(offset), \(text))" : ", (\(offset), \(text))")
                }
                answers += try tx.rows(
                    "SELECT \(function)(CAST(column2 AS TEXT)) FROM (VALUES \(rows)) AS v ORDER BY column1"
                ) { $0.text(0) }
            }
            return answers
        }
    }

    @Test func `every letter is folded as Swift folds it`() throws {
        // Letters newer than these may be newer than the server.
        let letters = (0x20...0x1ffff).compactMap(Unicode.Scalar.init).filter {
            $0.properties.age.map { $0.major < 16 } ?? false
        }.map(String.init)
        let folded = try answers("folded", letters)
        let wrong = zip(letters, folded).filter { ConditionText.fold($0) != $1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(20))")
        #expect(folded.count == letters.count)
    }

    @Test func `texts of letters that act on each other are folded as Swift folds them`() throws {
        var chance = Chance(seed: 7)
        let parts = [
            "Σ", "ς", "σ", "A", "a", "ß", "ẞ", "İ", "ı", "I", "i", "\u{301}", "\u{307}", "\u{345}", "ŉ", "ǰ", "ΐ", "ᾳ",
            "ᾼ",
            "Ω", "\u{2126}", "K", "\u{212a}", "ﬁ", "Ǆ", "ǅ", " ", "ſ", "Å", "\u{212b}", "가", "\u{1100}\u{1161}", "É",
            "e", ",",
        ]
        let texts = (0..<5000).map { _ in (0..<1 + chance.below(8)).map { _ in chance.one(of: parts) }.joined() }
        let wrong = zip(texts, try answers("folded", texts)).filter { ConditionText.fold($0) != $1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    // One test, since each makes a database.
    @Test func `lists are parted, and numbers scaled exactly`() throws {
        let lists = ["Sale,  Two for One", "x", " x", "É, ß ,c"]
        #expect(try answers("listed", lists) == [",sale,two for one,", ",x,", ",x,", ",é,ss ,c,"])
        let numbers: [(number: Int64, factor: Int64, divisor: Int64, result: Int64?)] = [
            (7, 1, 2, 3), (-7, 1, 2, -3), (7, 1_000_000, 3, 2_333_333), (1, 1, 0, nil), (1, 1, -1, nil),
            (.max, 1_000_000, 3, .max), (9_000_000_000_000_000, 1_000_000, 9_000_000_000_000_001, 999_999),
        ]
        for (number, factor, divisor, result) in numbers {
            let answer: Int64?? = try read { tx in
                try tx.first("SELECT scaled(\(number), \(factor), \(divisor))") { $0.optionalInteger(0) }
            }
            #expect(answer == .some(result))
        }
    }
}
