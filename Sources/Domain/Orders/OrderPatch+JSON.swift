extension OrderPatch {
    /// Reads an order's attributes (spec orders.md, "Order").
    ///
    /// - Parameter base: Where they stand in the request, for pointers.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ context: ReadingContext
    ) throws -> OrderPatch {
        var decoder = OrderDecoder(AttributeDecoder(base: base, context: context))
        try decoder.readAttributes(&reader)
        guard decoder.attributes.faults.isEmpty else { throw Faults(decoder.attributes.faults) }
        return decoder.patch
    }
}

extension StatusPatch {
    /// Reads the attributes of *update status* (spec orders.md): flat paths, or the order's own blocks.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ context: ReadingContext
    ) throws -> StatusPatch {
        var attributes = AttributeDecoder(base: base, context: context)
        var patch = StatusPatch()
        func status(_ type: OrderStatusType, _ reader: inout JSONReader) throws {
            guard patch.statuses[type] == nil else { return try attributes.repeated(type.path, &reader) }
            patch.statuses[type] = try attributes.text(type.path, limit: 64, &reader)
        }
        func block(_ type: OrderStatusType, _ reader: inout JSONReader) throws {
            guard try reader.peek() == .object else {
                attributes.refuse(type.rawValue, Refusal("not_an_object", "This must be a JSON object."))
                return try reader.skip()
            }
            try reader.object { reader, key in
                guard "status_code" ~= key else {
                    return try attributes.unknown(key, in: "\(type.rawValue).", &reader)
                }
                try status(type, &reader)
            }
        }
        guard try reader.peek() == .object else {
            try reader.skip()
            throw attributes.notAnObject
        }
        var seen: Set<String> = []
        func instant(_ name: String, _ reader: inout JSONReader) throws -> Instant? {
            guard seen.insert(name).inserted else {
                try attributes.repeated(name, &reader)
                return nil
            }
            guard case .set(let instant) = try attributes.instant(name, &reader) else { return nil }
            return instant
        }
        try reader.object { reader, key in
            switch key {
            case "status_code": try status(.general, &reader)
            case "delivery.status_code": try status(.delivery, &reader)
            case "payment.status_code": try status(.payment, &reader)
            case "delivery": try block(.delivery, &reader)
            case "payment": try block(.payment, &reader)
            case "date": patch.date = try instant("date", &reader)
            case "updated_at": patch.reportedAt = try instant("updated_at", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        if attributes.faults.isEmpty, patch.statuses.isEmpty {
            attributes.refuse(
                "status_code",
                Refusal("required", "Name at least one of status_code, delivery.status_code, payment.status_code.")
            )
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

private struct OrderDecoder {
    var attributes: AttributeDecoder
    var patch = OrderPatch(externalID: "")
    private var externalID: String?

    private static let rootKeys = FieldKeys<OrderField>()
    private static let deliveryKeys = FieldKeys<OrderField>(block: "delivery")
    private static let paymentKeys = FieldKeys<OrderField>(block: "payment")
    private static let lineKeys = FieldKeys<LineField>()

    init(_ attributes: AttributeDecoder) { self.attributes = attributes }

    /// Keys that are not system fields, numbered after them.
    private enum Special: Int {
        case externalID = 40, customer, date, status, delivery, payment, items, metadata, reportedAt
    }

    mutating func readAttributes(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else {
            attributes.faults += attributes.notAnObject.all
            return try reader.skip()
        }
        var seen = SeenKeys()
        try reader.object { reader, key in
            guard let special = Self.special(key) else { return try field(key, &seen, &reader) }
            guard seen.insert(special.rawValue) else { return try attributes.repeated(key.text, &reader) }
            try read(special, &reader)
        }
        attributes.require("external_id", externalID)
        patch.externalID = externalID ?? ""
    }

    private static func special(_ key: JSONKey) -> Special? {
        switch key {
        case "external_id": .externalID
        case "client_external_id": .customer
        case "date": .date
        case "status_code": .status
        case "delivery": .delivery
        case "payment": .payment
        case "items": .items
        case "metadata": .metadata
        case "updated_at": .reportedAt
        default: nil
        }
    }

    private mutating func read(_ special: Special, _ reader: inout JSONReader) throws {
        let limit = FieldType.identifierLimit
        switch special {
        case .externalID:
            if case .set(let text) = try attributes.text("external_id", limit: limit, &reader) { externalID = text }
        case .customer:
            patch.customerExternalID = try attributes.text("client_external_id", limit: limit, &reader)
            if patch.customerExternalID == .clear {
                attributes.refuse("client_external_id", Refusal("required", "An order must have a customer."))
            }
        case .date:
            patch.date = try attributes.instant("date", &reader)
        case .status:
            patch.statuses[.general] = try attributes.text("status_code", limit: 64, &reader)
        case .delivery: try block(.delivery, Self.deliveryKeys, &reader)
        case .payment: try block(.payment, Self.paymentKeys, &reader)
        case .items: patch.lines = try attributes.lines(of: .orderLine, Self.lineKeys, &reader)
        case .metadata: patch.metadata = try attributes.metadata("metadata", &reader)
        case .reportedAt:
            if case .set(let instant) = try attributes.instant("updated_at", &reader) { patch.reportedAt = instant }
        }
    }

    private mutating func field(_ key: JSONKey, _ seen: inout SeenKeys, _ reader: inout JSONReader) throws {
        guard let field = Self.rootKeys[key] else {
            return try attributes.custom(key, of: .order, into: &patch.custom, &reader)
        }
        guard seen.insert(field.rawValue) else { return try attributes.repeated(field.path, &reader) }
        guard let value = try attributes.value(of: field.type, field.path, &reader) else { return }
        patch.fields.set(field, value.applied(to: nil))
    }

    private mutating func block(
        _ type: OrderStatusType, _ keys: FieldKeys<OrderField>, _ reader: inout JSONReader
    ) throws {
        switch try reader.peek() {
        case .object: break
        case .null:
            // The whole block is cleared, as each of its keys would be.
            try reader.null()
            patch.statuses[type] = .clear
            for field in OrderField.allCases where field.path.hasPrefix("\(type.rawValue).") {
                patch.fields.set(field, nil)
            }
            return
        default:
            attributes.refuse(type.rawValue, Refusal("not_an_object", "This must be a JSON object."))
            return try reader.skip()
        }
        var seen = SeenKeys()
        try reader.object { reader, key in
            if "status_code" ~= key {
                guard seen.insert(Special.status.rawValue) else { return try attributes.repeated(type.path, &reader) }
                patch.statuses[type] = try attributes.text(type.path, limit: 64, &reader)
                return
            }
            guard let field = keys[key] else {
                return try attributes.unknown(key, in: "\(type.rawValue).", &reader)
            }
            guard seen.insert(field.rawValue) else { return try attributes.repeated(field.path, &reader) }
            guard let value = try attributes.value(of: field.type, field.path, &reader) else { return }
            patch.fields.set(field, value.applied(to: nil))
        }
    }
}
