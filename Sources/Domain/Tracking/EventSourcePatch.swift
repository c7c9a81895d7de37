import Foundation

/// What somebody says of a source of events; what is nil is left as it is.
package struct EventSourcePatch: Hashable, Sendable {
    package var code: String?
    package var name: String?
    package var domains: [String]?
    package var isOn: Bool?
    package var takesOrders: Bool?
    package var learnsNames: Bool?
    package var updatesCustomers: Bool?

    package init() {}

    /// Writes what is said into `source`.
    ///
    /// - Parameters:
    ///   - isNew: Whether the code is to be taken; otherwise it must be the one that is there.
    ///   - base: Where the attributes stand in the request.
    /// - Throws: `Faults` with all that is wrong; `source` is to be thrown away then.
    package func apply(
        to source: inout EventSource, isNew: Bool, base: String = "/data/attributes"
    ) throws(Faults) {
        var faults: [Fault] = []
        func refuse(_ path: String, _ code: String, _ detail: String) {
            faults.append(Fault("\(base)/\(path)", code, detail))
        }
        if isNew {
            source.name = name ?? ""
            source.code = code ?? EventName.code(of: source.name) ?? ""
            if !Segment.isCode(source.code) {
                refuse("code", "invalid", "A code has up to \(Segment.codeLimit) small letters, digits, “-” and “_”.")
            }
        } else if let code, code != source.code {
            refuse("code", "fixed", "This differs from the address; a code cannot be changed.")
        }
        source.name = name ?? source.name
        if source.name.allSatisfy(\.isWhitespace) || source.name.count > EventSource.nameLimit {
            refuse("name", "wrong_length", "A name has 1 to \(EventSource.nameLimit) characters.")
        }
        if let domains {
            source.domains = []
            for (index, text) in domains.enumerated() {
                let domain = Self.canonical(text)
                if domain.isEmpty || source.domains.contains(domain) { continue }
                guard Self.isDomain(domain) else {
                    let detail = "“\(text.prefix(100))” is no host such as shop.example or *.shop.example."
                    refuse("domains/\(index)", "not_a_domain", detail)
                    continue
                }
                source.domains.append(domain)
            }
            if source.domains.count > EventSource.domainLimit {
                refuse("domains", "too_many", "Name at most \(EventSource.domainLimit) domains.")
            }
        }
        source.isOn = isOn ?? source.isOn
        source.takesOrders = takesOrders ?? source.takesOrders
        source.learnsNames = learnsNames ?? source.learnsNames
        source.updatesCustomers = updatesCustomers ?? source.updatesCustomers
        guard faults.isEmpty else { throw Faults(faults) }
    }

    /// A host as it is compared, of what people copy from the bar of their browser.
    private static func canonical(_ text: String) -> String {
        var host = text.lowercased().filter { !$0.isWhitespace }[...]
        if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
        return String(host.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    private static func isDomain(_ text: String) -> Bool {
        let host = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        // A port may follow, as of a shop that is tried on one's own machine.
        let parts = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, UInt16(parts[1]) == nil { return false }
        guard let name = parts.first, (1...253).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// Reads a source's attributes.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> EventSourcePatch {
        var attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt))
        var patch = EventSourcePatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "code": patch.code = try attributes.requiredText("code", limit: Segment.codeLimit, &reader)
            case "name": patch.name = try attributes.requiredText("name", limit: EventSource.nameLimit, &reader)
            case "domains": patch.domains = try attributes.texts("domains", limit: EventSource.domainLimit, &reader)
            case "on": patch.isOn = try attributes.flag("on", &reader)
            case "takes_orders": patch.takesOrders = try attributes.flag("takes_orders", &reader)
            case "learns_names": patch.learnsNames = try attributes.flag("learns_names", &reader)
            case "updates_customers": patch.updatesCustomers = try attributes.flag("updates_customers", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

/// What somebody says of a name of events.
package struct EventNamePatch: Hashable, Sendable {
    package var code: String?
    package var name: String?
    package var kind: EventName.Kind?

    package init(code: String? = nil, name: String? = nil, kind: EventName.Kind? = nil) {
        (self.code, self.name, self.kind) = (code, name, kind)
    }

    /// The name as it is after what is said.
    ///
    /// - Parameter before: The name that is changed; nil for a new one.
    /// - Throws: `Faults` with all that is wrong.
    package func applied(to before: EventName?, base: String = "/data/attributes") throws(Faults) -> EventName {
        var faults: [Fault] = []
        let text = name ?? before?.name ?? ""
        let code = before?.code ?? self.code ?? EventName.code(of: text) ?? ""
        if let before, let own = self.code, own != before.code {
            faults.append(
                Fault("\(base)/code", "fixed", "This differs from the address; a code cannot be changed."))
        }
        if !EventName.isCode(code) {
            faults.append(
                Fault(
                    "\(base)/code", "invalid", "A code has small letters, digits and “_”, up to \(EventName.codeLimit)."
                ))
        }
        if text.allSatisfy(\.isWhitespace) || text.count > EventName.nameLimit {
            faults.append(
                Fault("\(base)/name", "wrong_length", "A name has 1 to \(EventName.nameLimit) characters."))
        }
        guard faults.isEmpty else { throw Faults(faults) }
        return EventName(code: code, name: text, kind: kind ?? before?.kind ?? .web)
    }

    /// Reads a name's attributes.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> EventNamePatch {
        var attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt))
        var patch = EventNamePatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "code": patch.code = try attributes.requiredText("code", limit: EventName.codeLimit, &reader)
            case "name": patch.name = try attributes.requiredText("name", limit: EventName.nameLimit, &reader)
            case "kind": patch.kind = try attributes.eventKind("kind", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

extension AttributeDecoder {
    /// Reads what an event is about; nil when it was refused.
    mutating func eventKind(_ path: String, _ reader: inout JSONReader) throws -> EventName.Kind? {
        guard let text = try requiredText(path, limit: 16, &reader) else { return nil }
        guard let kind = EventName.Kind(rawValue: text) else {
            let known = EventName.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            refuse(path, Refusal("not_a_choice", "This must be one of: \(known)."))
            return nil
        }
        return kind
    }
}
