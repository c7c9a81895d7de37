import Foundation

extension CustomField {
    /// Reads a value from text, as CSV and forms carry it; empty text is no value.
    ///
    /// Several choices stand with commas between them.
    package func read(text: String, _ context: ReadingContext) throws(Refusal) -> CustomValue? {
        guard !text.isEmpty else { return nil }
        let value = try unchecked(text, context)
        try check(value)
        return value
    }

    /// Reads the JSON value that comes next; `null` and `""` are no value.
    func read(_ reader: inout JSONReader, _ context: ReadingContext) throws -> Result<CustomValue?, Refusal> {
        switch (try reader.peek(), type) {
        case (.null, _):
            try reader.null()
            return .success(nil)
        case (.number, .integer), (.number, .decimal):
            let text = String(decoding: try reader.number(), as: UTF8.self)
            return Result { () throws(Refusal) in try read(text: text, context) }
        case (.boolean, .boolean): return .success(.boolean(try reader.boolean()))
        case (.array, .choices): return try list(&reader, context)
        case (.string, .integer), (.string, .decimal), (.string, .boolean), (.string, .choices):
            // Only the empty string clears; a number in quotes is not a number.
            return try reader.string().isEmpty ? .success(nil) : .failure(wrongKind)
        case (.string, _):
            let text = try reader.string()
            return Result { () throws(Refusal) in try read(text: text, context) }
        default:
            try reader.skip()
            return .failure(wrongKind)
        }
    }

    /// Reads the JSON value that comes next as metadata has it, where numbers may stand in quotes and the like.
    func readMetadata(_ reader: inout JSONReader, _ context: ReadingContext) throws -> Result<CustomValue?, Refusal> {
        switch (try reader.peek(), type) {
        case (.number, _), (.boolean, _):
            let text = try reader.raw()
            return Result { () throws(Refusal) in try read(text: text, context) }
        case (.string, _):
            let text = try reader.string()
            return Result { () throws(Refusal) in try read(text: text, context) }
        default: return try read(&reader, context)
        }
    }

    private var wrongKind: Refusal {
        switch type {
        case .integer, .decimal: Refusal("not_a_number", "This must be a number, without quotes.")
        case .boolean: Refusal("not_a_boolean", "This must be true or false.")
        case .choices: Refusal("not_a_list", "This must be a list of texts in quotes.")
        default: Refusal("not_a_string", "This must be a text in quotes.")
        }
    }

    private func list(
        _ reader: inout JSONReader, _ context: ReadingContext
    ) throws -> Result<CustomValue?, Refusal> {
        var chosen: [String] = []
        var refusal: Refusal?
        try reader.array { reader, _ in
            guard try reader.peek() == .string else {
                refusal = wrongKind
                return try reader.skip()
            }
            chosen.append(try reader.string())
        }
        if let refusal { return .failure(refusal) }
        return Result { () throws(Refusal) in try several(chosen) }
    }

    /// Each choice once, in the order of the field's; what is not among them is refused.
    private func several(_ chosen: [String]) throws(Refusal) -> CustomValue? {
        let chosen = chosen.filter { !$0.isEmpty }
        guard !chosen.isEmpty else { return nil }
        let value = CustomValue.choices(choices.filter(chosen.contains) + chosen.filter { !choices.contains($0) })
        try check(value)
        return value
    }

    private func unchecked(_ text: String, _ context: ReadingContext) throws(Refusal) -> CustomValue {
        switch type {
        case .string: return .text(try FieldType.checked(text, limit: type.lengthLimit))
        case .text: return .text(try FieldType.checked(text, limit: type.lengthLimit, multiline: true))
        case .choice: return .text(text)
        case .url:
            guard case .text(let address) = try FieldType.url.read(text: text, context) else { return .text(text) }
            return .text(address)
        case .choices:
            let parts = text.split(separator: ",").map { $0.trimmingSpaces }
            return try several(parts) ?? .choices([])
        case .integer: return .integer(try Self.integer(text))
        case .decimal: return .decimal(try Self.decimal(text))
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "1": return .boolean(true)
            case "false", "no", "0": return .boolean(false)
            default: throw Refusal("not_a_boolean", "This must be true or false.")
            }
        case .date:
            guard text.utf8.count == 10, let midnight = Instant(parsing: text + "T00:00:00Z", zone: .gmt) else {
                throw Refusal("not_a_date", "This must be a date of the calendar, YYYY-MM-DD.")
            }
            return .day(midnight.milliseconds)
        case .datetime: return .instant(try FieldType.checkedInstant(text, context))
        case .time: return .time(try Self.time(text))
        }
    }

    /// The largest whole number that every JSON reader keeps exactly.
    private static let largestInteger: Int64 = 9_007_199_254_740_991

    private static func integer(_ text: String) throws(Refusal) -> Int64 {
        let isPlain =
            text.utf8.count <= 20 && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "-") }
        if isPlain, let number = Int64(text) {
            guard number.magnitude <= largestInteger.magnitude else { throw tooLarge }
            return number
        }
        do throws(FixedPoint.Refusal) {
            // Other spellings of whole numbers, such as 1e3 and 5.0.
            return try FixedPoint.parse(text.utf8, places: 0)
        } catch {
            switch error {
            case .outOfRange: throw tooLarge
            case .tooPrecise, .notANumber: throw Refusal("not_an_integer", "This must be a whole number.")
            }
        }
    }

    private static func decimal(_ text: String) throws(Refusal) -> Quantity {
        do throws(FixedPoint.Refusal) {
            return try Quantity(parsing: text.utf8)
        } catch {
            switch error {
            case .outOfRange: throw tooLarge
            case .tooPrecise:
                throw Refusal(
                    "too_precise", "This has more than \(FixedPoint.quantityPlaces) decimals: round it before sending."
                )
            case .notANumber: throw Refusal("not_a_number", "This must be a number, such as 12.5.")
            }
        }
    }

    private static let tooLarge = Refusal("out_of_range", "This number is too large to keep exactly.")

    private static func time(_ text: String) throws(Refusal) -> Int64 {
        guard let seconds = seconds(text) else {
            throw Refusal("not_a_time", "This must be a time of day, HH:MM or HH:MM:SS.")
        }
        return seconds
    }

    /// Reads a time of day, `HH:MM` or `HH:MM:SS`, as seconds.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } })
        else { return nil }
        let numbers = parts.compactMap { Int64($0) } + [0]
        guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
