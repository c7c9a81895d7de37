/// Follows texts in which a value may stand anywhere.
struct PlainTracker: PlaceTracker {
    let everywhere: Place

    mutating func read(_ bytes: ArraySlice<UInt8>) {}

    mutating func place() -> Place { everywhere }

    func joined(with other: Self) -> Self? { self }

    var unfinished: Misplaced? { nil }
}

/// Follows JSON as far as to know what is within quotes.
struct JSONTracker: PlaceTracker {
    private var isInText = false
    private var isEscaped = false

    mutating func read(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if isInText, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText.toggle()
            }
        }
    }

    mutating func place() throws(Misplaced) -> Place {
        guard !isEscaped else {
            throw Misplaced(
                message: "A value stands right behind a \\ of JSON.", mend: "Take the \\ out: values are escaped.")
        }
        return isInText ? .jsonText : .jsonValue
    }

    func joined(with other: Self) -> Self? { self == other ? self : nil }

    var unfinished: Misplaced? {
        isInText ? Misplaced(message: "A text of the JSON has no end.", mend: "Put the \" where it ends.") : nil
    }
}
