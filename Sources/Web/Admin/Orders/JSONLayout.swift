/// Lays JSON out over lines, with every name, number and text as it was written.
enum JSONLayout {
    static func pretty(_ json: String) -> String {
        var out: [UInt8] = []
        var depth = 0
        var isInText = false
        var isEscaped = false
        func breakLine() {
            out.append(UInt8(ascii: "\n"))
            out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        for byte in json.utf8 {
            if isInText {
                out.append(byte)
                if !isEscaped, byte == UInt8(ascii: "\"") { isInText = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue  // What stands in quotes is not laid out.
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                out.append(byte)
                depth += 1
                breakLine()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // What somebody typed may close more than it opened.
                depth = max(0, depth - 1)
                // An empty object or list stays on its line.
                let opening = byte == UInt8(ascii: "}") ? UInt8(ascii: "{") : UInt8(ascii: "[")
                let content = out.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
                if let content, out[content] == opening { out.removeSubrange((content + 1)...) } else { breakLine() }
                out.append(byte)
            case UInt8(ascii: ","):
                out.append(byte)
                breakLine()
            case UInt8(ascii: ":"):
                out.append(byte)
                out.append(UInt8(ascii: " "))
            default:
                isInText = byte == UInt8(ascii: "\"")
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
