extension Renderer {
    mutating func apply(_ applied: AppliedFilter, to value: TemplateValue) throws(Halt) -> TemplateValue {
        if case .otherwise(let other) = applied.filter { return value.isEmpty ? try evaluate(other) : value }
        if case .missing = value { return applied.filter.ofNothing }
        guard let result = try result(of: applied, value) else {
            warn(.unfitting, applied.name, applied.site)
            return value
        }
        return result
    }

    /// Writes what a filter that ends in text makes of a value.
    ///
    /// - Returns: false where it is no such filter, or not for such a value.
    func write(_ filter: Filter, of value: TemplateValue, to bytes: inout [UInt8]) -> Bool {
        switch filter {
        case .date(let pattern):
            guard let local = value.local(in: settings.format.zone) else { return false }
            pattern.append(local: local.milliseconds, settings.format.names, to: &bytes)
        case .money:
            guard let number = value.asNumber else { return false }
            settings.format.append(money: number, to: &bytes)
        case .number(let places):
            guard let number = value.asNumber else { return false }
            settings.format.append(number: number, places: places, to: &bytes)
        default: return false
        }
        return true
    }

    /// - Returns: nil where the filter is not for such a value.
    private mutating func result(of applied: AppliedFilter, _ value: TemplateValue) throws(Halt) -> TemplateValue? {
        switch applied.filter {
        case .otherwise: return value
        case .date, .money, .number:
            var bytes: [UInt8] = []
            return write(applied.filter, of: value, to: &bytes) ? .text(String(decoding: bytes, as: UTF8.self)) : nil
        case .addDays(let days): return value.adding(days: days, settings.format.zone)
        case .round(let places): return value.asNumber.flatMap { $0.rounded(places) }
        case .plural(let forms):
            return value.asNumber.map { number in
                .text(forms[min(PluralRule.form(of: number, settings.format.language), forms.count - 1)])
            }
        case .length:
            switch value {
            case .list(let list): return .number(TemplateNumber(list.count))
            case .record: return nil
            default: return .number(TemplateNumber(text(of: value).count))
            }
        case .first(let count): return value.end(count, text(of: value), isFirst: true)
        case .last(let count): return value.end(count, text(of: value), isFirst: false)
        case .join(let separator):
            guard case .list(let list) = value else { return nil }
            return .text(try join(list, separator, applied.site))
        case .upper, .lower, .capitalize, .trim, .truncate, .url, .replace:
            guard value.isPlain else { return nil }
            return .text(try changed(text(of: value), applied))
        }
    }

    private func changed(_ text: String, _ applied: AppliedFilter) throws(Halt) -> String {
        guard text.utf8.count <= settings.limits.bytes else { throw tooLong(applied.site) }
        switch applied.filter {
        case .upper: return text.uppercased()
        case .lower: return text.lowercased()
        case .capitalize: return text.prefix(1).uppercased() + text.dropFirst()
        case .trim: return text.trimmed
        case .truncate(let most):
            guard text.count > most else { return text }
            let kept = String(text.prefix(most - 1))
            return kept.trimmed + "…"
        case .url:
            var bytes: [UInt8] = []
            for byte in text.utf8 { Escaping.append(percent: byte, Escaping.component, to: &bytes) }
            return String(decoding: bytes, as: UTF8.self)
        case .replace(let old, let new): return try replace(text, old, new, applied.site)
        default: return text
        }
    }

    private func replace(_ text: String, _ old: String, _ new: String, _ site: Int) throws(Halt) -> String {
        let (text, old) = (Array(text.utf8), Array(old.utf8))
        var (result, index) = ([UInt8](), 0)
        while index < text.count {
            if text[index] == old[0], text.count - index >= old.count,
                text[index..<index + old.count].elementsEqual(old)
            {
                result.append(contentsOf: new.utf8)
                index += old.count
                guard result.count <= settings.limits.bytes else { throw tooLong(site) }
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func join(_ list: [TemplateValue], _ separator: String, _ site: Int) throws(Halt) -> String {
        var joined = ""
        for (index, element) in list.enumerated() {
            if index > 0 { joined += separator }
            if element.isPlain { joined += text(of: element) }
            guard joined.utf8.count <= settings.limits.bytes else { throw tooLong(site) }
        }
        return joined
    }

    /// A plain value as it is printed without a filter; nothing for lists and records.
    func text(of value: TemplateValue) -> String {
        if case .text(let text) = value { return text }
        var bytes: [UInt8] = []
        value.append(to: &bytes, settings.format)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Filter {
    /// What it makes of what is missing.
    var ofNothing: TemplateValue {
        if case .length = self { .number(TemplateNumber(0)) } else { .missing }
    }
}

extension TemplateNumber {
    func rounded(_ places: Int) -> TemplateValue? {
        guard places < self.places else { return .number(self) }
        return Int64(exactly: count(places: places)).map { .number(TemplateNumber(count: $0, places: places)) }
    }
}

extension TemplateValue {
    /// Whether it can be printed.
    var isPlain: Bool {
        switch self {
        case .list, .record: false
        default: true
        }
    }

    fileprivate func adding(days: Int64, _ zone: TemplateZone) -> TemplateValue? {
        switch self {
        case .day(let day): return .day(day &+ days)
        case .instant(let milliseconds):
            // The same time on the clock, also when clocks change in between.
            let later = milliseconds &+ days * CivilDate.dayLength
            return .instant(milliseconds: later &+ zone.offset(at: milliseconds) &- zone.offset(at: later))
        case .text:
            guard let local = local(in: zone) else { return nil }
            let later = local.milliseconds + days * CivilDate.dayLength
            return local.isDay
                ? .day(later / CivilDate.dayLength) : .instant(milliseconds: later - zone.offset(at: later))
        default: return nil
        }
    }

    /// The first or last of a list or of a text's characters, or so many of them.
    fileprivate func end(_ count: Int?, _ text: @autoclosure () -> String, isFirst: Bool) -> TemplateValue? {
        switch self {
        case .list(let list):
            guard let count else { return (isFirst ? list.first : list.last) ?? .missing }
            return .list(Array(isFirst ? list.prefix(count) : list.suffix(count)))
        case .record(let record): return count == nil ? record.value(isFirst ? "first" : "last") : nil
        default:
            let text = text()
            return .text(String(isFirst ? text.prefix(count ?? 1) : text.suffix(count ?? 1)))
        }
    }
}

extension TemplateValue {
    /// Appends a plain value as it is printed without a filter; nothing for lists and records.
    func append(to bytes: inout [UInt8], _ format: borrowing TemplateFormat) {
        switch self {
        case .missing, .list, .record: break
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .number(let number): number.append(to: &bytes)
        case .money(let amount):
            TemplateNumber(count: amount, places: 4).append(atLeast: format.currency.digits, to: &bytes)
        case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .instant(let milliseconds):
            DatePattern.moment.append(local: format.zone.local(milliseconds), format.names, to: &bytes)
        case .day:
            guard let local = local(in: format.zone) else { return }
            DatePattern.day.append(local: local.milliseconds, format.names, to: &bytes)
        }
    }
}
