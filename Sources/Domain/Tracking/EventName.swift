/// A name that events of customers have (spec tracking.md, "Events").
package struct EventName: Hashable, Sendable {
    /// What an event of the name is about.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// What a customer did on a site or in an app.
        case web
        /// What else happened to a customer.
        case customer
        /// What concerns everybody.
        case system
    }

    package var code: String
    package var name: String
    package var kind: Kind

    package init(code: String, name: String, kind: Kind = .web) {
        (self.code, self.name, self.kind) = (code, name, kind)
    }

    /// Whether the name is ours, which nobody changes.
    package var isPredefined: Bool { Self.predefinedByCode[code] != nil }

    package static let codeLimit = 100
    package static let nameLimit = 100

    /// The names that are there from the beginning.
    package static let predefined: [EventName] = [
        EventName(code: "site_visited", name: "Site visited"),
        EventName(code: "page_viewed", name: "Page viewed"),
        EventName(code: "category_viewed", name: "Category viewed"),
        EventName(code: "product_viewed", name: "Product viewed"),
        EventName(code: "product_searched", name: "Product searched"),
        EventName(code: "container_item_added", name: "Product added to a container"),
        EventName(code: "container_item_removed", name: "Product removed from a container"),
        EventName(code: "container_item_changed", name: "Product changed in a container"),
        EventName(code: "container_cleared", name: "Container cleared"),
        EventName(code: "checkout_started", name: "Checkout started"),
        EventName(code: "order_completed", name: "Order completed"),
        EventName(code: "logged_in", name: "Logged in"),
        EventName(code: "registered", name: "Registered"),
        EventName(code: "logged_out", name: "Logged out"),
        EventName(code: "screen_viewed", name: "Screen viewed"),
        EventName(code: "push_token_registered", name: "Push token registered"),
        EventName(code: "message_opened", name: "Message opened"),
    ]

    private static let predefinedByCode = Dictionary(uniqueKeysWithValues: predefined.map { ($0.code, $0) })

    /// The predefined name of a code; nil where it is none.
    package static func predefined(_ code: String) -> EventName? { predefinedByCode[code] }

    /// A code made of a name as others write it: `Product Viewed` is `product_viewed`; nil where nothing is left of it.
    package static func code(of text: String) -> String? {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return code(ofPlain: text) }
        var code = ""
        var follows = false
        var wasLower = false
        for scalar in text.unicodeScalars {
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                follows = !code.isEmpty
                continue
            }
            // `productViewed` has two words as well.
            if scalar.properties.isUppercase, wasLower { follows = true }
            if follows { code.append("_") }
            follows = false
            code += scalar.properties.lowercaseMapping
            wasLower = scalar.properties.isLowercase || scalar.properties.numericType != nil
        }
        return code.isEmpty ? nil : String(code.prefix(codeLimit))
    }

    /// The same of a text of ASCII, which nearly all are: properties of other letters take a while to look up.
    private static func code(ofPlain text: String) -> String? {
        var code: [UInt8] = []
        var (follows, wasLower) = (false, false)
        for byte in text.utf8 {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isLower =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isUpper || isLower else {
                follows = !code.isEmpty
                continue
            }
            if follows || (isUpper && wasLower) { code.append(UInt8(ascii: "_")) }
            (follows, wasLower) = (false, isLower)
            code.append(isUpper ? byte | 0x20 : byte)
        }
        return code.isEmpty ? nil : String(decoding: code.prefix(codeLimit), as: UTF8.self)
    }
}

extension EventName {
    /// Whether a text may be a code: small letters, digits and `_`.
    package static func isCode(_ text: String) -> Bool {
        (1...codeLimit).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "_" || scalar.properties.isLowercase || scalar.properties.numericType != nil
                    || (scalar.properties.isAlphabetic && !scalar.properties.isUppercase)
            }
    }

    /// A name made of a code: `quiz_finished` is `Quiz finished`.
    package static func title(of code: String) -> String {
        let text = code.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
