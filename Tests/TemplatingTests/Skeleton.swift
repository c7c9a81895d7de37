/// The tags of an HTML text with the names of their attributes, and its comments, as a reader of their own finds them.
///
/// It shares nothing with the product's: what one gets wrong the other should not.
func skeleton(_ html: String) -> [String] {
    var reader = SkeletonReader(Array(html.unicodeScalars))
    reader.read()
    return reader.found
}

/// The values of attributes that hold addresses, decoded.
func addresses(_ html: String) -> [String] {
    var reader = SkeletonReader(Array(html.unicodeScalars))
    reader.read()
    return reader.addresses
}

private struct SkeletonReader {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    var found: [String] = []
    var addresses: [String] = []

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private func at(_ text: String, _ place: Int) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard place + wanted.count <= scalars.count else { return false }
        return String(String.UnicodeScalarView(scalars[place..<place + wanted.count])).lowercased() == text
    }

    private func find(_ text: String, from start: Int) -> Int? {
        (start..<max(start, scalars.count)).first { at(text, $0) }
    }

    mutating func read() {
        while index < scalars.count {
            if at("<!--", index) {
                // Conditional comments are markup to Outlook, and to this test.
                let end = at("<!--[if", index) ? find(">", from: index) : find("-->", from: index + 4).map { $0 + 2 }
                found.append("comment")
                index = (end ?? scalars.count) + 1
            } else if at("<!", index) || at("<?", index) {
                found.append("declaration")
                index = (find(">", from: index) ?? scalars.count) + 1
            } else if scalars[index] == "<", index + 1 < scalars.count,
                scalars[index + 1].properties.isAlphabetic && scalars[index + 1].isASCII
            {
                tag()
            } else if at("</", index) {
                let end = find(">", from: index) ?? scalars.count
                found.append(String(String.UnicodeScalarView(scalars[index..<end])).lowercased().filter { $0 != " " })
                index = end + 1
            } else {
                index += 1
            }
        }
    }

    private mutating func tag() {
        index += 1
        let name = word(until: " \n\t\r/>").lowercased()
        var attributes: [String] = []
        while index < scalars.count, scalars[index] != ">" {
            if " \n\t\r/".unicodeScalars.contains(scalars[index]) {
                index += 1
                continue
            }
            let attribute = word(until: "= \n\t\r/>").lowercased()
            attributes.append(attribute)
            guard index < scalars.count, scalars[index] == "=" else { continue }
            index += 1
            var value = ""
            if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" {
                let quote = String(scalars[index])
                index += 1
                value = word(until: quote)
                index += 1
            } else {
                value = word(until: " \n\t\r>")
            }
            if ["href", "src", "action", "background"].contains(attribute) {
                addresses.append(
                    value.replacing("&amp;", with: "&").replacing("\t", with: "").replacing("\n", with: "")
                        .trimmingPrefix(" ").description)
            }
        }
        index += 1
        found.append("<\(name) \(attributes.joined(separator: " "))>")
        if ["style", "title", "textarea", "script"].contains(name) {
            index = find("</\(name)", from: index) ?? scalars.count
        }
    }

    private mutating func word(until ends: String) -> String {
        let start = index
        while index < scalars.count,
            index == start && ends.first == "=" || !ends.unicodeScalars.contains(scalars[index])
        { index += 1 }
        return String(String.UnicodeScalarView(scalars[start..<min(index, scalars.count)]))
    }
}
