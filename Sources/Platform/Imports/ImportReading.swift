import Domain

/// How texts of a file become values: the project's zone, and how the file writes numbers.
struct ImportReading: Sendable {
    var context: ReadingContext
    /// Decimals are written `12,50`.
    var hasDecimalComma = false

    /// Reads a value; empty text is no value.
    ///
    /// A day may be written with a time behind it: it is the day in the project's zone.
    func value(_ text: String, as type: FieldType) throws(Refusal) -> FieldValue? {
        guard !text.isEmpty else { return nil }
        switch type {
        case .money, .quantity: return try type.read(text: decimal(text), context)
        case .instant: return .instant(try instant(text))
        case .day where text.utf8.count > 10:
            let civil = try instant(text).civil(in: context.zone)
            return .text(CivilTime(year: civil.year, month: civil.month, day: civil.day).dayText)
        default: return try type.read(text: text, context)
        }
    }

    /// Reads a moment; a time may lack its seconds, a day its time.
    func instant(_ text: String) throws(Refusal) -> Instant {
        switch text.utf8.count {
        case 10: try FieldType.checkedInstant(text + " 00:00:00", context)
        case 16: try FieldType.checkedInstant(text + ":00", context)
        default: try FieldType.checkedInstant(text, context)
        }
    }

    /// Reads an amount to be added to others, in units of 10⁻ᵖˡᵃᶜᵉˢ.
    func amount(_ text: String, places: Int) throws(Refusal) -> Int64 {
        let type = places == FixedPoint.quantityPlaces ? FieldType.quantity : .money()
        switch try type.read(text: decimal(text), context) {
        case .money(let money): return money.tenThousandths
        case .quantity(let quantity): return quantity.millionths
        default: return 0
        }
    }

    /// A text as a custom field's values are written: with a decimal point, and moments whole.
    func text(_ text: String, for field: CustomField) throws(Refusal) -> String {
        guard !text.isEmpty else { return text }
        switch field.type {
        case .integer, .decimal: return decimal(text)
        case .datetime: return try instant(text).rfc3339
        case .date where text.utf8.count > 10:
            let civil = try instant(text).civil(in: context.zone)
            return CivilTime(year: civil.year, month: civil.month, day: civil.day).dayText
        default: return text
        }
    }

    private func decimal(_ text: String) -> String {
        hasDecimalComma ? text.replacing(",", with: ".") : text
    }
}
