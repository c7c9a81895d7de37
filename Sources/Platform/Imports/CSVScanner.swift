/// Finds where the next row's values stand.
struct CSVScanner {
    let separator: UInt8

    enum Finding {
        /// A row; `newlines` stand within its quotes.
        case row(end: Int, next: Int, newlines: Int, isASCII: Bool)
        /// The row goes on behind what is in memory.
        case more
        /// Something follows a closing quote; `newlines` stand before it.
        case stray(newlines: Int)
        /// The text ends within quotes.
        case unclosed
    }

    /// Scans from `start`, where a row begins, and leaves its values in `fields`.
    ///
    /// A quote that does not begin a value is a character like others. One pass over bytes, no allocation.
    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool, into fields: inout [CSVField]
    ) -> Finding {
        fields.removeAll(keepingCapacity: true)
        var index = start
        var seen: UInt8 = 0
        var newlines = 0
        while true {
            if index < bytes.count, bytes[index] == Byte.quote {
                switch quoted(bytes, from: index + 1, isLast: isLast, seen: &seen, newlines: &newlines) {
                case .closed(let field, let next):
                    fields.append(field)
                    index = next
                case .more: return isLast ? .unclosed : .more
                }
            } else {
                let first = index
                while index < bytes.count {
                    let byte = bytes[index]
                    if byte == separator || byte == Byte.lf || byte == Byte.cr { break }
                    seen |= byte
                    index &+= 1
                }
                fields.append(CSVField(first, index))
            }
            guard index < bytes.count else {
                return isLast ? .row(end: index, next: index, newlines: newlines, isASCII: seen < 0x80) : .more
            }
            switch bytes[index] {
            case separator:
                index += 1
            case Byte.lf:
                return .row(end: index, next: index + 1, newlines: newlines, isASCII: seen < 0x80)
            case Byte.cr:
                guard index + 1 < bytes.count || isLast else { return .more }
                let isPair = index + 1 < bytes.count && bytes[index + 1] == Byte.lf
                return .row(end: index, next: index + (isPair ? 2 : 1), newlines: newlines, isASCII: seen < 0x80)
            default:
                return .stray(newlines: newlines)
            }
        }
    }

    private enum Quoted {
        case closed(CSVField, next: Int)
        case more
    }

    private func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>, from first: Int, isLast: Bool, seen: inout UInt8, newlines: inout Int
    ) -> Quoted {
        var index = first
        var hasDoubledQuotes = false
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case Byte.quote:
                guard index + 1 < bytes.count || isLast else { return .more }
                guard index + 1 < bytes.count, bytes[index + 1] == Byte.quote else {
                    return .closed(CSVField(first, index, hasDoubledQuotes: hasDoubledQuotes), next: index + 1)
                }
                hasDoubledQuotes = true
                index += 1
            case Byte.lf:
                newlines += 1
            case Byte.cr:
                if index + 1 < bytes.count, bytes[index + 1] == Byte.lf { index += 1 }
                newlines += 1
            default:
                seen |= byte
            }
            index += 1
        }
        return .more
    }
}
