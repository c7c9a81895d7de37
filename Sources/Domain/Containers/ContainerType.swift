/// A kind of list of products that each customer has one of: the cart, or one that the shop made (spec tracking.md, "Containers").
package struct ContainerType: Hashable, Sendable {
    package typealias ID = Identifier<ContainerType>

    package var id: ID
    /// What the shop, the tracker and the API call it; it stays as it was made.
    package var code: String
    package var name: String
    /// After so many days without a change a container is emptied; nil keeps it.
    package var lifetimeDays: Int64?
    /// After so many minutes without a change a container that holds something is abandoned.
    package var abandonedAfterMinutes: Int64 = 60
    /// Whether a new order of the customer empties it.
    package var isEmptiedByOrder = false
    package var version: Int64 = 1

    package init(id: ID, code: String, name: String) { (self.id, self.code, self.name) = (id, code, name) }

    /// The type that every project has; it is stored once somebody changes it.
    package static let cart: ContainerType = {
        var cart = ContainerType(id: ID(rawValue: 1), code: "cart", name: "Cart")
        cart.isEmptiedByOrder = true
        return cart
    }()

    /// Whether it is the product's own, and cannot be deleted.
    package var isSystem: Bool { id == Self.cart.id }

    /// The most types of a project.
    package static let limit = 100
    /// The most characters of a code and a name.
    package static let codeLimit = 64
    package static let nameLimit = 100
    /// Up to a year.
    package static let abandonedMinutes: ClosedRange<Int64> = 1...525_600
    /// Up to ten years.
    package static let lifetime: ClosedRange<Int64> = 1...3650

    /// Whether a text will do as a code: small letters, digits, `_` and `-`, beginning with a letter or a digit.
    package static func isCode(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= codeLimit, isPlain(first) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}

extension ContainerType {
    /// How it stands in the audit log.
    package var facts: AuditFacts {
        var facts = [
            "code": code, "name": name, "abandoned after": "\(abandonedAfterMinutes) min",
            "emptied by an order": isEmptiedByOrder ? "yes" : "no",
        ]
        facts["lifetime"] = lifetimeDays.map { "\($0) days" }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.container, code, name: name) }
}

/// All types of containers: the cart first, the others by name.
package struct ContainerBook: Hashable, Sendable {
    package let types: [ContainerType]

    /// - Parameter stored: The types that the shop made, and the cart where it was changed.
    package init(_ stored: [ContainerType]) {
        let own = stored.filter { !$0.isSystem }.sorted { ($0.name, $0.code) < ($1.name, $1.code) }
        types = [stored.first(where: \.isSystem) ?? .cart] + own
    }

    /// What a project begins with.
    package static let empty = ContainerBook([])

    package subscript(code: String) -> ContainerType? { types.first { $0.code == code } }

    package subscript(id id: ContainerType.ID) -> ContainerType? { types.first { $0.id == id } }
}

/// What somebody says of a type of containers.
package struct ContainerTypePatch: Hashable, Sendable {
    package var code: String?
    package var name: String?
    package var lifetimeDays: Patch<Int64> = .keep
    package var abandonedAfterMinutes: Int64?
    package var isEmptiedByOrder: Bool?

    package init(code: String? = nil, name: String? = nil) { (self.code, self.name) = (code, name) }

    /// Writes what it says, and returns whether anything changed; the code stays.
    package func apply(to type: inout ContainerType) -> Bool {
        let before = type
        if let name { type.name = name }
        type.lifetimeDays = lifetimeDays.applied(to: type.lifetimeDays)
        if let abandonedAfterMinutes { type.abandonedAfterMinutes = abandonedAfterMinutes }
        if let isEmptiedByOrder { type.isEmptiedByOrder = isEmptiedByOrder }
        guard type != before else { return false }
        type.version += 1
        return true
    }

    /// What is wrong with it, whatever is stored.
    ///
    /// - Parameter base: Where the attributes stand in the request.
    package func faults(base: String, isNew: Bool) -> [Fault] {
        var faults: [Fault] = []
        if code == nil, isNew { faults.append(Fault("\(base)/code", "required", "This is required.")) }
        if let code, !ContainerType.isCode(code) {
            let detail = "A code has up to \(ContainerType.codeLimit) small letters, digits, “-” and “_”."
            faults.append(Fault("\(base)/code", "invalid", detail))
        }
        let isNamed = name.map { $0.contains { !$0.isWhitespace } } ?? !isNew
        if !isNamed { faults.append(Fault("\(base)/name", "required", "This is required.")) }
        if let name, name.count > ContainerType.nameLimit {
            let detail = "This may have up to \(ContainerType.nameLimit) characters."
            faults.append(Fault("\(base)/name", "too_long", detail))
        }
        func require(_ number: Int64?, _ range: ClosedRange<Int64>, _ path: String, _ unit: String) {
            guard let number, !range.contains(number) else { return }
            let detail = "This must be from \(range.lowerBound) to \(range.upperBound) \(unit)."
            faults.append(Fault("\(base)/\(path)", "out_of_range", detail))
        }
        require(abandonedAfterMinutes, ContainerType.abandonedMinutes, "abandoned_after_minutes", "minutes")
        require(lifetimeDays.applied(to: nil), ContainerType.lifetime, "lifetime_days", "days")
        return faults
    }
}
