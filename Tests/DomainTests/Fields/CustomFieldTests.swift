import Domain
import Foundation
import TestSupport
import Testing

/// What values custom fields take, from text and from JSON.
struct CustomFieldTests {
    private static let reading = ReadingContext(zone: TimeZone(identifier: "Europe/Lisbon") ?? .gmt)

    private static func field(_ type: CustomFieldType) -> CustomField {
        var field = CustomField(id: CustomField.ID(rawValue: 1), object: .order, code: "f", name: "F", type: type)
        if type.hasChoices { field.choices = ["red", "green", "dark blue"] }
        return field
    }

    private static let texts: [(CustomFieldType, String, String)] = [
        (.string, "Ana", "Ana"), (.text, "two\nlines", "two\nlines"),
        (.integer, "0", "0"), (.integer, "-7", "-7"), (.integer, "9007199254740991", "9007199254740991"),
        (.integer, "1e3", "1000"), (.integer, "5.0", "5"),
        (.decimal, "0.000001", "0.000001"), (.decimal, "-12.50", "-12.5"),
        (.decimal, "999999999.999999", "999999999.999999"),
        (.boolean, "true", "true"), (.boolean, "No", "false"), (.boolean, "1", "true"),
        (.date, "2024-02-29", "2024-02-29"), (.date, "0001-01-01", "0001-01-01"),
        (.datetime, "2026-07-01 12:00:00", "2026-07-01T11:00:00.000Z"),
        (.datetime, "2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00.000Z"),
        (.time, "09:05", "09:05"), (.time, "23:59:59", "23:59:59"), (.time, "12:00:00", "12:00"),
        (.choice, "dark blue", "dark blue"), (.choices, "green, red", "red,green"), (.choices, "red,red", "red"),
        (.url, "https://example.com/a", "https://example.com/a"),
    ]

    @Test(arguments: texts)
    func `a text becomes a value, which is kept and written again`(
        type: CustomFieldType, text: String, plain: String
    ) throws {
        let field = Self.field(type)
        let value = try #require(try field.read(text: text, Self.reading))
        #expect(value.plain == plain)
        // As it is stored: a number that the type gives back, or texts.
        if let number = value.number {
            #expect(CustomValue(number: number, type: type) == value)
        } else {
            #expect(!value.texts.isEmpty)
        }
        #expect(try field.read(text: plain, Self.reading) == value)
    }

    private static let refused: [(CustomFieldType, String, String)] = [
        (.string, String(repeating: "é", count: 256), "too_long"), (.string, "a\u{7}b", "control_character"),
        (.string, "two\nlines", "control_character"), (.text, String(repeating: "x", count: 4001), "too_long"),
        (.integer, "1.5", "not_an_integer"), (.integer, "one", "not_an_integer"), (.integer, "--1", "not_an_integer"),
        (.integer, "9007199254740992", "out_of_range"), (.integer, "-99999999999999999999", "out_of_range"),
        (.integer, "٣", "not_an_integer"), (.decimal, "0.0000001", "too_precise"), (.decimal, "1,5", "not_a_number"),
        (.decimal, "1e10", "out_of_range"), (.decimal, "NaN", "not_a_number"), (.boolean, "maybe", "not_a_boolean"),
        (.date, "2023-02-29", "not_a_date"), (.date, "01/02/2024", "not_a_date"), (.date, "2024-2-3", "not_a_date"),
        (.datetime, "yesterday", "not_a_date_time"), (.datetime, "2026-07-01", "not_a_date_time"),
        (.time, "24:00", "not_a_time"), (.time, "9:00", "not_a_time"), (.time, "12:60", "not_a_time"),
        (.time, "12:00:00:00", "not_a_time"), (.choice, "purple", "not_a_choice"), (.choice, "Red", "not_a_choice"),
        (.choices, "red,purple", "not_a_choice"), (.url, "javascript:alert(1)", "not_a_url"),
        (.url, "example.com", "not_a_url"),
    ]

    @Test(arguments: refused)
    func `what is no value of the type is refused by name`(type: CustomFieldType, text: String, code: String) {
        #expect { try Self.field(type).read(text: text, Self.reading) } throws: { ($0 as? Refusal)?.code == code }
    }

    private static let json: [(CustomFieldType, String, String?)] = [
        (.string, #""5""#, "5"), (.string, "5", nil), (.integer, "5", "5"), (.integer, #""5""#, nil),
        (.decimal, "-0.25", "-0.25"), (.boolean, "true", "true"), (.boolean, #""true""#, nil), (.boolean, "1", nil),
        (.date, #""2026-01-01""#, "2026-01-01"), (.date, "20260101", nil), (.choices, #"["red","green"]"#, "red,green"),
        (.choices, #""red""#, nil), (.choices, "[1]", nil), (.choices, #"["purple"]"#, nil), (.url, "{}", nil),
        (.time, "[]", nil),
    ]

    @Test(arguments: json)
    func `JSON is held to the type`(type: CustomFieldType, json: String, plain: String?) throws {
        let reading = ReadingContext(zone: .gmt, fields: FieldBook(custom: [Self.field(type)]))
        let body = #"{"external_id":"o-1","f":\#(json)}"#
        let result = Result { try JSONReader.read(body.utf8) { try OrderPatch.decode(&$0, reading) } }
        guard let plain else {
            #expect(throws: Faults.self) { try result.get() }
            return
        }
        #expect(try result.get().custom.entries.map(\.value?.plain) == [plain])
    }

    @Test(arguments: CustomFieldType.allCases)
    func `null and the empty text clear every type`(type: CustomFieldType) throws {
        let reading = ReadingContext(zone: .gmt, fields: FieldBook(custom: [Self.field(type)]))
        for json in ["null", #""""#] {
            let patch = try JSONReader.read(#"{"external_id":"o-1","f":\#(json)}"#.utf8) {
                try OrderPatch.decode(&$0, reading)
            }
            #expect(patch.custom.entries.count == 1)
            #expect(patch.custom.entries.first?.value == nil)
        }
    }

    private static let bounds: [(CustomFieldType, String?, String?, String, Bool)] = [
        (.integer, "1", "10", "10", true), (.integer, "1", "10", "11", false), (.decimal, "-0.5", nil, "-0.51", false),
        (.date, "2026-01-01", "2026-12-31", "2027-01-01", false), (.time, "09:00", "18:00", "18:00", true),
        (.string, "2", "3", "é́é́", false), (.string, "2", "3", "ééé", true), (.choices, "2", nil, "red", false),
        (.choices, nil, "2", "red,green", true),
    ]

    @Test(arguments: bounds)
    func `bounds hold values, lengths and numbers of choices`(
        type: CustomFieldType, min: String?, max: String?, text: String, isTaken: Bool
    ) throws {
        let choices = type.hasChoices ? ["red", "green", "dark blue"] : nil
        let field = try CustomFieldPatch.sample(.order, "f", type, choices: choices, min: min, max: max)
            .field(id: CustomField.ID(rawValue: 1), position: 1, base: "", Self.reading)
        #expect(((try? field.read(text: text, Self.reading)) != nil) == isTaken)
    }

    private static let codes: [(String, Bool)] = [
        ("a", true), ("loyalty_tier2", true), (String(repeating: "a", count: 63), true),
        (String(repeating: "a", count: 64), false), ("", false), ("2fast", false), ("Tier", false), ("a-b", false),
        ("_a", false), ("é", false),
    ]

    @Test(arguments: codes)
    func `a code is small letters, digits and underscores`(code: String, isFine: Bool) {
        #expect(CustomField.isValid(code: code) == isFine)
    }

    private static let reserved: [(FieldObject, String, Bool)] = [
        (.order, "number", true), (.order, "delivery", true), (.order, "items", true), (.order, "version", true),
        (.order, "q", true), (.order, "total_from", true), (.order, "email", false), (.customer, "email", true),
        (.customer, "consents", true), (.customer, "orders", true), (.orderLine, "cnt", true), (.product, "sku", true),
        (.receipt, "sum", true), (.order, "tier", false),
    ]

    @Test(arguments: reserved)
    func `a system key is never a code`(object: FieldObject, code: String, isReserved: Bool) {
        #expect(SystemCatalogue.isReserved(code, object) == isReserved)
    }

    private static let wrong: [(CustomFieldPatch, [String])] = [
        (CustomFieldPatch(), ["object", "code", "type", "name"]),
        (.sample(.order, "number"), ["code"]), (.sample(.order, "A"), ["code"]), (.sample(name: ""), ["name"]),
        (.sample(.order, "f", .choice), ["choices"]), (.sample(.order, "f", .string, choices: ["a"]), ["choices"]),
        (.sample(.order, "f", .choice, choices: ["a", "a"]), ["choices"]),
        (.sample(.order, "f", .choice, choices: ["a,b"]), ["choices"]),
        (.sample(.order, "f", .boolean, min: "1"), ["min"]), (.sample(.order, "f", .integer, min: "x"), ["min"]),
        (.sample(.order, "f", .integer, min: "2", max: "1"), ["max"]),
        (.sample(.order, "f", .integer, standard: "x"), ["default"]),
        (.sample(.order, "f", .integer, standard: "9", max: "8"), ["default"]),
        (.sample(.product, "f", metadataPath: "a.b"), ["metadata_path"]),
        (.sample(.order, "f", metadataPath: "a..b"), ["metadata_path"]),
        (.sample(.order, "f", required: true, metadataPath: "a"), ["required"]),
        (.sample(.order, "f", standard: "x", metadataPath: "a"), ["default"]),
    ]

    @Test(arguments: wrong)
    func `a field that cannot be is refused with all that is wrong`(patch: CustomFieldPatch, keys: [String]) {
        #expect {
            try patch.field(id: CustomField.ID(rawValue: 1), position: 1, base: "", Self.reading)
        } throws: { error in
            (error as? Faults)?.all.map { String($0.pointer.dropFirst()) } == keys
        }
    }

    @Test func `the catalogue names every field that the system stores`() {
        func paths<Field: SystemField>(_ type: Field.Type) -> Set<String> { Set(Field.allCases.map(\.path)) }
        func codes(_ object: FieldObject) -> Set<String> { Set(FieldBook.empty.fields(of: object).map(\.code)) }
        #expect(paths(OrderField.self).subtracting(codes(.order)).isEmpty)
        #expect(paths(LineField.self).subtracting(codes(.orderLine)).isEmpty)
        #expect(paths(CustomerField.self).subtracting(codes(.customer)).isEmpty)
        #expect(paths(ProductField.self).subtracting(codes(.product)).isEmpty)
    }

    @Test(arguments: FieldObject.allCases)
    func `the standard profile view names fields that there are`(object: FieldObject) {
        #expect(FieldBook.empty.profileView(object).count == FieldBook.empty.profileCodes(object).count)
        #expect(!FieldBook.empty.profileView(object).isEmpty)
    }

    private static let metadata: [(String, CustomFieldType, String, String?)] = [
        ("a", .string, #"{"a":"x"}"#, "x"), ("a", .string, #"{"a":5}"#, "5"),
        ("a.b", .decimal, #"{"a":{"b":"1.5"}}"#, "1.5"),
        ("a.b", .boolean, #"{"a":{"c":1,"b":true}}"#, "true"), ("a.b", .string, #"{"a":"x"}"#, nil),
        ("a", .integer, #"{"a":"many"}"#, nil), ("a", .integer, #"{"b":1}"#, nil), ("a", .string, #"{"a":null}"#, nil),
        ("a", .choices, #"{"a":["green"]}"#, "green"), ("a", .string, #"{"a":{"b":1}}"#, nil),
    ]

    @Test(arguments: metadata)
    func `a value is taken from its place in metadata, or none is`(
        path: String, type: CustomFieldType, json: String, plain: String?
    ) {
        #expect(MetadataPath(path).value(of: Self.field(type), in: json, Self.reading)?.plain == plain)
    }
}
