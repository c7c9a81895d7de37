extension Renderer {
    mutating func print(_ print: Print) throws(Halt) {
        // What ends in a filter that writes is written without becoming a text of its own before.
        if let last = print.writer, print.place != .jsonValue {
            var value = try evaluate(print.expression)
            if case .missing = value { return }
            scratch.removeAll(keepingCapacity: true)
            if write(last.filter, of: value, to: &scratch) { return appendScratch(print) }
            value = try apply(last, to: value)
            return try append(value, print)
        }
        var value = try evaluate(print.expression)
        if let last = print.writer { value = try apply(last, to: value) }
        if print.place == .jsonValue { return try append(json: value, depth: 0, print) }
        try append(value, print)
    }

    private mutating func append(_ value: TemplateValue, _ print: Print) throws(Halt) {
        switch value {
        case .missing: return
        case .text(var text):
            guard text.utf8.count <= settings.limits.bytes else { throw tooLong(print.site) }
            if let reason = text.withUTF8({ Self.append($0, print, to: &output) }) {
                warn(reason, print.expression.name, print.site)
            }
        case .list, .record: warn(.unfitting, print.expression.name, print.site)
        default:
            scratch.removeAll(keepingCapacity: true)
            value.append(to: &scratch, settings.format)
            appendScratch(print)
        }
    }

    private mutating func appendScratch(_ print: Print) {
        let reason = scratch.withUnsafeBufferPointer { Self.append($0, print, to: &output) }
        if let reason { warn(reason, print.expression.name, print.site) }
    }

    /// - Returns: Why the value was left out, if it was.
    private static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ print: Print, to output: inout [UInt8]
    ) -> TemplateWarning.Reason? {
        switch print.place {
        case .html: Escaping.append(html: bytes, isComment: false, breaks: print.breaksLines, to: &output)
        case .attribute: Escaping.append(html: bytes, isComment: false, breaks: false, to: &output)
        case .comment: Escaping.append(html: bytes, isComment: true, breaks: false, to: &output)
        case .plain: output.append(contentsOf: bytes)
        case .line: Escaping.append(line: bytes, to: &output)
        case .jsonText, .jsonValue: Escaping.append(json: bytes, to: &output)
        case .css:
            guard bytes.allSatisfy(Escaping.style.contains) else { return .refusedStyle }
            output.append(contentsOf: bytes)
        case .url(let part, let isInHTML):
            return append(url: bytes, part, isInHTML, isEncoded: print.isEncoded, to: &output)
        }
        return nil
    }

    private static func append(
        url bytes: UnsafeBufferPointer<UInt8>, _ part: Place.URLPart, _ isInHTML: Bool, isEncoded: Bool,
        to output: inout [UInt8]
    ) -> TemplateWarning.Reason? {
        var (start, end) = (0, bytes.count)
        if part == .start {
            while start < end, bytes[start] <= 0x20 { start += 1 }
            while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        }
        let bytes = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if part == .start, !Escaping.isLink(bytes) {
            output.append(UInt8(ascii: "#"))
            return .refusedLink
        }
        let allowed: Escaping.ByteSet
        switch part {
        case .start, .path: allowed = Escaping.address
        case .unsure: allowed = Escaping.addressWithoutColon
        case .query: allowed = Escaping.component
        case .address: allowed = Escaping.mail
        }
        // What is encoded already is not encoded twice, where an address is taken as it is.
        let keepsEscapes = isEncoded || allowed.contains(UInt8(ascii: "/"))
        start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            let isAmpersand = byte == UInt8(ascii: "&") && isInHTML
            guard isAmpersand || !allowed.contains(byte) else { continue }
            if byte == UInt8(ascii: "%"), keepsEscapes, bytes[index...].isEscape { continue }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            if isAmpersand, allowed.contains(byte) {
                output.append(contentsOf: "&amp;".utf8)
            } else {
                Escaping.append(percent: byte, Escaping.component, to: &output)
            }
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        return nil
    }

    // MARK: JSON

    private mutating func append(json value: TemplateValue, depth: Int, _ print: Print) throws(Halt) {
        switch value {
        case .missing: output.append(contentsOf: "null".utf8)
        case .text(let text): append(quoted: text)
        case .number(let number): number.append(to: &output)
        case .money(let amount): TemplateNumber(count: amount, places: 4).append(to: &output)
        case .flag(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .instant(let milliseconds):
            output.append(UInt8(ascii: "\""))
            DatePattern.wire.append(local: milliseconds, .english, to: &output)
            output.append(UInt8(ascii: "\""))
        case .day: append(quoted: text(of: value))
        case .list(let list) where depth < 8:
            output.append(UInt8(ascii: "["))
            for (index, element) in list.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try append(json: element, depth: depth + 1, print)
                guard output.count <= settings.limits.bytes else { throw tooLong(print.site) }
            }
            output.append(UInt8(ascii: "]"))
        case .list, .record:
            output.append(contentsOf: "null".utf8)
            warn(.unfitting, print.expression.name, print.site)
        }
    }

    private mutating func append(quoted text: String) {
        var text = text
        output.append(UInt8(ascii: "\""))
        text.withUTF8 { Escaping.append(json: $0, to: &output) }
        output.append(UInt8(ascii: "\""))
    }
}

extension DatePattern {
    /// Moments in JSON, in UTC.
    static let wire = DatePattern(#"Y-m-d\TH:i:s\Z"#)
}

extension Collection<UInt8> {
    /// Whether it begins with `%XX`.
    fileprivate var isEscape: Bool {
        let digits = dropFirst().prefix(2)
        return digits.count == 2 && digits.allSatisfy { $0.isDigit || (0x61...0x66).contains($0.lowercased) }
    }
}
