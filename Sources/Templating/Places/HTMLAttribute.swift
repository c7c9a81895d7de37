/// What the value of an attribute is to a browser.
enum HTMLAttribute: Hashable {
    case plain, url, css, script, refused

    /// The name of an attribute that is one of several.
    static let unknown = "*"

    /// Those that hold several addresses.
    static let lists: Set<String> = ["srcset", "imagesrcset", "ping", "archive"]

    private static let urls: Set<String> = [
        "href", "src", "action", "formaction", "background", "cite", "poster", "data", "longdesc", "usemap", "manifest",
        "profile", "classid", "codebase", "archive", "icon", "lowsrc", "dynsrc", "ping", "srcset", "imagesrcset",
        "xlink:href",
        "data-href", "data-src",
    ]

    init(_ element: String, _ attribute: String) {
        let name = attribute
        if name == Self.unknown || name == "srcdoc" || (element == "meta" && name == "content") {
            self = .refused
        } else if ["href", "src"].contains(name), ["script", "base", "link"].contains(element) {
            self = .refused
        } else if name.hasPrefix("on") {
            self = .script
        } else if name == "style" {
            self = .css
        } else if Self.urls.contains(name) || name.hasSuffix(":href") || name.hasSuffix(":src") {
            self = .url
        } else {
            self = .plain
        }
    }
}

extension Misplaced {
    static let foreign = Misplaced(
        message: "A value stands within svg or math.", mend: "Give it as a picture (img), or put the value outside.")
    static let script = Misplaced(
        message: "A value stands in a script.", mend: "Mail runs no scripts: put the value into the text of the page.")
    static let tag = Misplaced(
        message: "A value stands in a tag itself.",
        mend: "Values can stand in the quotes of an attribute, or between tags.")

    static func unquoted(_ attribute: String) -> Misplaced {
        Misplaced(
            message: "The value of the attribute \(attribute) has no quotes around it.",
            mend: "Write \(attribute)=\"{{ … }}\".")
    }

    static func attribute(_ name: String) -> Misplaced {
        name == HTMLAttribute.unknown
            ? Misplaced(
                message: "The name of the attribute depends on a condition.",
                mend: "Put the whole attribute, with its value, into the condition.")
            : Misplaced(
                message: "A value can't stand in the attribute \(name) of this element.",
                mend: "Write the attribute without a value of the template.")
    }
}
