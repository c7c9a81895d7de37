/// Which form of a word a number asks for, by the language's own rule (CLDR, cardinals).
enum PluralRule {
    /// The place of the form in `plural:"item,items"`: the forms stand in the order of CLDR (one, few, many, other).
    static func form(of number: TemplateNumber, _ language: String) -> Int {
        let whole = number.count(places: 0).magnitude
        let isWhole = number.whole != nil
        let magnitude = isWhole ? Int(truncatingIfNeeded: whole % 1_000_000) : -1
        let isOne = isWhole && whole == 1
        switch language.prefix(while: { $0 != "-" && $0 != "_" }).lowercased() {
        case "ja", "zh", "ko", "vi", "th", "id", "ms": return 0
        case "fr", "pt", "hy":
            // Below two is one: `1,5 heure`.
            return number.isBelowTwo ? 0 : 1
        case "ru", "uk", "be", "sr", "hr", "bs":
            guard isWhole else { return 2 }
            return slavic(magnitude)
        case "pl":
            guard isWhole else { return 2 }
            return isOne ? 0 : (2...4).contains(magnitude % 10) && !(12...14).contains(magnitude % 100) ? 1 : 2
        case "cs", "sk":
            return isOne ? 0 : isWhole && (2...4).contains(whole) ? 1 : 2
        case "lt":
            guard isWhole else { return 2 }
            let (last, teens) = (magnitude % 10, (11...19).contains(magnitude % 100))
            return last == 1 && !teens ? 0 : last >= 2 && !teens ? 1 : 2
        case "ro":
            return isOne ? 0 : !isWhole || whole == 0 || (1...19).contains(magnitude % 100) ? 1 : 2
        case "sl":
            guard isWhole else { return 2 }
            return magnitude % 100 == 1 ? 0 : magnitude % 100 == 2 ? 1 : (3...4).contains(magnitude % 100) ? 2 : 3
        default: return isOne ? 0 : 1
        }
    }

    private static func slavic(_ number: Int) -> Int {
        let (last, teens) = (number % 10, (11...14).contains(number % 100))
        return last == 1 && !teens ? 0 : (2...4).contains(last) && !teens ? 1 : 2
    }
}

extension TemplateNumber {
    fileprivate var isBelowTwo: Bool {
        let magnitude = TemplateNumber(count: count == .min ? .max : abs(count), places: places)
        return TemplateNumber.compare(magnitude, TemplateNumber(2)) < 0
    }
}
