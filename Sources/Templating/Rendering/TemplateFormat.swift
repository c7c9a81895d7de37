/// How values are written for readers: currency, numbers, dates, forms of words.
package struct TemplateFormat: Sendable {
    package var currency = TemplateCurrency()
    /// Between whole and decimals, as `number` and `money` write them.
    package var decimalPoint = "."
    /// Between groups of three digits; empty for none.
    package var groupSeparator = ","
    package var zone = TemplateZone.utc
    /// Language of words that depend on a number (`plural`) and of names in dates: `en`, `pt-BR`.
    package var language = "en" {
        didSet { names = .named(language) }
    }
    /// Names of months and weekdays; those of the language, where it is one of those known, else English.
    package var names = TemplateDateNames.english

    package init() {}
}

/// How amounts are written.
package struct TemplateCurrency: Sendable {
    package var sign = "€"
    /// Decimals shown, 0 to 4.
    package var digits = 2
    /// Whether the sign stands before the number (`€12.00`) or, with a no-break space, behind it (`12,00 €`).
    package var isSignFirst = true

    package init(sign: String = "€", digits: Int = 2, isSignFirst: Bool = true) {
        self.sign = sign
        self.digits = min(max(digits, 0), 4)
        self.isSignFirst = isSignFirst
    }
}

extension TemplateFormat {
    /// Appends `€1,234.50` or `1.234,50 €`.
    func append(money amount: TemplateNumber, to bytes: inout [UInt8]) {
        let units = amount.count(places: currency.digits)
        if currency.isSignFirst {
            if units < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: currency.sign.utf8)
            append(units < 0 ? -units : units, places: currency.digits, to: &bytes)
        } else {
            append(units, places: currency.digits, to: &bytes)
            if !currency.sign.isEmpty { bytes.append(contentsOf: "\u{a0}\(currency.sign)".utf8) }
        }
    }

    /// Appends a number as `number` writes it: rounded to `places`, or with those that it has.
    func append(number: TemplateNumber, places: Int?, to bytes: inout [UInt8]) {
        var shown = places ?? number.places
        var units = number.count(places: shown)
        if places == nil {
            while shown > 0, units % 10 == 0 { (units, shown) = (units / 10, shown - 1) }
        }
        append(units, places: shown, to: &bytes)
    }

    private func append(_ units: Int128, places: Int, to bytes: inout [UInt8]) {
        TemplateNumber.append(units, places: places, point: decimalPoint, group: groupSeparator, to: &bytes)
    }
}
