/// Where a value stands in the text that is made, and so what it is made safe for.
enum Place: Hashable, Sendable {
    /// Text without markup: nothing is changed.
    case plain
    /// One line, such as a subject: controls and line ends become spaces.
    case line
    /// HTML between tags.
    case html
    /// HTML in the quotes of an attribute that is no address.
    case attribute
    case comment
    /// An address, in HTML (`&` is written `&amp;`) or alone.
    case url(URLPart, inHTML: Bool)
    /// CSS in a style element or attribute.
    case css
    /// Between the quotes of a JSON text.
    case jsonText
    /// A JSON value of its own: texts get their quotes, what is missing is null.
    case jsonValue

    /// A part of an address.
    enum URLPart: Hashable, Sendable {
        /// The beginning: scheme and all that follows, if the scheme is allowed.
        case start
        /// Behind something that may be empty or a scheme: a colon is written %3A.
        case unsure
        case path
        /// Behind `?` or `#`, or where it is not known: all but letters, digits and a few signs is written %XX.
        case query
        /// Behind `mailto:` or `tel:`.
        case address
    }
}

/// Follows the text of a template, and tells what place a value is in.
protocol PlaceTracker: Equatable {
    mutating func read(_ bytes: ArraySlice<UInt8>) throws(Misplaced)

    /// The place of a value here, which the tracker then goes past.
    mutating func place() throws(Misplaced) -> Place

    /// What is true behind two ways that meet again; nil where they can't.
    func joined(with other: Self) -> Self?

    /// What is wrong if the text ends here; nil if nothing.
    var unfinished: Misplaced? { get }
}

/// Why a value or a text can't stand where it does.
struct Misplaced: Error {
    var message: String
    var mend: String
}

/// What a text is made for.
package enum TemplateKind: String, CaseIterable, Sendable {
    /// The HTML of a mail: values are escaped for the place they stand in.
    case html
    /// A text without markup: plain body, SMS, text of a push.
    case text
    /// A text of one line: subject, title.
    case line
    /// An address that is all of the text: link of a push, address of a webhook.
    case url
    /// JSON, such as the body of a webhook.
    case json
}
