import Synchronization

/// A value bound to a statement.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case boolean(Bool)
}

/// What can stand in `\( )` of a `SQL` literal: it is bound, never spliced into the text.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension Int64: SQLBindable { package var sqlValue: SQLValue { .integer(self) } }
extension Int: SQLBindable { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension String: SQLBindable { package var sqlValue: SQLValue { .text(self) } }
extension Bool: SQLBindable { package var sqlValue: SQLValue { .boolean(self) } }
extension SQLValue: SQLBindable { package var sqlValue: SQLValue { self } }

/// A statement as a value: its interpolations are binds, so that injection cannot be written.
///
/// ```swift
/// let find: SQL = "SELECT order_id FROM order_key WHERE bucket = \(bucket) AND external_id = \(text)"
/// ```
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String
    package private(set) var values: [SQLValue]

    package init(stringLiteral text: String) {
        (self.text, self.values) = (text, [])
    }

    package init(stringInterpolation: Interpolation) {
        (text, values) = (stringInterpolation.text, stringInterpolation.values)
    }

    /// Adds values, separated by commas, between two texts: for statements that are put together row by row.
    package mutating func append(_ before: String, _ list: [SQLValue], _ after: String) {
        text += before
        for (offset, value) in list.enumerated() {
            values.append(value)
            text += offset == 0 ? "$\(values.count)" : ", $\(values.count)"
        }
        text += after
    }

    /// Adds another statement's text with its own binds.
    package mutating func append(_ part: SQL) {
        text += part.text(after: values.count)
        values += part.values
    }

    /// The text with its placeholders numbered on from so many others.
    fileprivate func text(after count: Int) -> String {
        guard count > 0, !values.isEmpty else { return text }
        var (renumbered, number) = ([UInt8](), 0)
        renumbered.reserveCapacity(text.utf8.count + values.count * 2)
        var isPlaceholder = false
        for byte in text.utf8 {
            let digit = byte &- UInt8(ascii: "0")
            if isPlaceholder, digit < 10 {
                number = number * 10 + Int(digit)
                continue
            }
            if isPlaceholder, number > 0 { renumbered += String(number + count).utf8 }
            (isPlaceholder, number) = (byte == UInt8(ascii: "$"), 0)
            renumbered.append(byte)
        }
        if isPlaceholder, number > 0 { renumbered += String(number + count).utf8 }
        return String(decoding: renumbered, as: UTF8.self)
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            values.append(value.sqlValue)
            text += "$\(values.count)"
        }

        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            values.append(value?.sqlValue ?? .null)
            text += "$\(values.count)"
        }

        /// Several values for `IN (…)`; none makes a list that holds nothing.
        package mutating func appendInterpolation(list: some Collection<some SQLBindable>) {
            guard !list.isEmpty else {
                text += "NULL"
                return
            }
            for (offset, value) in list.enumerated() {
                if offset > 0 { text += ", " }
                appendInterpolation(value)
            }
        }

        /// Another statement's text with its own binds.
        package mutating func appendInterpolation(_ part: SQL) {
            text += part.text(after: values.count)
            values += part.values
        }
    }
}

/// A statement that is written once and run often: its text is looked up by number, not by comparing it.
///
/// Parameters are `$1`, `$2` … in the order in which they are bound.
package final class Statement: Sendable {
    private static let made = Atomic<Int>(0)

    let number: Int
    let text: String
    /// How it is sent together with others of its kind; nil where each is sent by itself.
    let gathering: Gathering?

    /// - Parameter gathering: For statements that many rows are written by; see there for what that asks of them.
    package init(_ text: String, gathering: Gathering? = nil) {
        (self.text, self.gathering) = (text, gathering)
        number = Self.made.add(1, ordering: .relaxed).oldValue
    }
}
