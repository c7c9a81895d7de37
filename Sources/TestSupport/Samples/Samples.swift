import Domain

extension Project {
    package static func sample(
        name: String = "A shop", currency: String = "EUR", timeZoneName: String = "UTC",
        inclusionRule: InclusionRule = .any, createsUnknownCustomers: Bool = false,
        createsUnknownStatuses: Bool = false,
        features: Features = [.orders, .receipts]
    ) -> Project {
        Project(
            name: name, currency: currency, timeZoneName: timeZoneName, inclusionRule: inclusionRule,
            createsUnknownCustomers: createsUnknownCustomers, createsUnknownStatuses: createsUnknownStatuses,
            features: features
        )
    }
}

extension ProjectPatch {
    /// Says which orders count, and nothing else.
    package static func rule(_ rule: InclusionRule) -> ProjectPatch {
        var patch = ProjectPatch()
        patch.inclusionRule = rule
        return patch
    }

    /// Says whether orders may make customers and statuses that nobody told of, and nothing else.
    package static func unknowns(createCustomers: Bool, createStatuses: Bool) -> ProjectPatch {
        var patch = ProjectPatch()
        (patch.createsUnknownCustomers, patch.createsUnknownStatuses) = (createCustomers, createStatuses)
        return patch
    }
}

extension OrderPatch {
    /// A description of an order; what is nil is not said.
    package static func sample(
        _ externalID: String = "o-1", customer: String? = "c-1", date: Instant? = nil, number: String? = nil,
        unit: String? = nil, sum: Int? = nil, count: Int? = nil, paid: Int? = nil,
        statuses: [OrderStatusType: String] = [:],
        lines: [OrderLinePatch]? = nil, metadata: String? = nil, reportedAt: Instant? = nil, past: [PastStatus] = []
    ) -> OrderPatch {
        var patch = OrderPatch(externalID: externalID)
        if let customer { patch.customerExternalID = .set(customer) }
        if let date { patch.date = .set(date) }
        if let number { patch.fields.set(.number, .text(number)) }
        if let unit { patch.fields.set(.unit, .text(unit)) }
        if let sum { patch.fields.set(.itemsSum, .money(.units(sum))) }
        if let count { patch.fields.set(.itemsCount, .quantity(.units(count))) }
        if let paid { patch.fields.set(.paymentTotal, .money(.units(paid))) }
        patch.statuses = statuses.mapValues { .set($0) }
        patch.lines = lines
        if let metadata { patch.metadata = .set(metadata) }
        patch.reportedAt = reportedAt
        patch.past = past
        return patch
    }
}

extension OrderLinePatch {
    package static func sample(
        _ externalID: String = "1", product: String? = nil, count: Int? = nil, sum: Int? = nil, price: Int? = nil
    ) -> OrderLinePatch {
        var line = OrderLinePatch(externalID: externalID)
        if let product { line.fields.set(.product, .text(product)) }
        if let count { line.fields.set(.count, .quantity(.units(count))) }
        if let sum { line.fields.set(.sum, .money(.units(sum))) }
        if let price { line.fields.set(.price, .money(.units(price))) }
        return line
    }
}

extension ReceiptPatch {
    /// A description of a receipt; what is nil is not said.
    package static func sample(
        _ externalID: String = "r-1", customer: String? = "c-1", date: Instant? = nil, number: String? = nil,
        unit: String? = nil, sum: Int? = nil, lines: [ReceiptLinePatch]? = nil, reportedAt: Instant? = nil
    ) -> ReceiptPatch {
        var patch = ReceiptPatch(externalID: externalID)
        if let customer { patch.customerExternalID = .set(customer) }
        if let date { patch.date = .set(date) }
        if let number { patch.fields.set(.number, .text(number)) }
        if let unit { patch.fields.set(.unit, .text(unit)) }
        if let sum { patch.fields.set(.sum, .money(.units(sum))) }
        patch.lines = lines
        patch.reportedAt = reportedAt
        return patch
    }
}

extension ReceiptLinePatch {
    package static func sample(
        _ externalID: String = "1", product: String? = nil, count: Int? = nil, sum: Int? = nil
    ) -> ReceiptLinePatch {
        var line = ReceiptLinePatch(externalID: externalID)
        if let product { line.fields.set(.product, .text(product)) }
        if let count { line.fields.set(.count, .quantity(.units(count))) }
        if let sum { line.fields.set(.sum, .money(.units(sum))) }
        return line
    }
}

extension CustomerPatch {
    package static func sample(
        _ externalID: String = "c-1", email: String? = nil, phone: String? = nil, firstName: String? = nil,
        lastName: String? = nil, metadata: String? = nil
    ) -> CustomerPatch {
        var patch = CustomerPatch(externalID: externalID)
        if let email { patch.fields.set(.email, .text(email)) }
        if let phone { patch.fields.set(.phone, .text(phone)) }
        if let firstName { patch.fields.set(.firstName, .text(firstName)) }
        if let lastName { patch.fields.set(.lastName, .text(lastName)) }
        if let metadata { patch.metadata = .set(metadata) }
        return patch
    }
}

extension CustomFieldPatch {
    /// A description of a field; what is nil is not said.
    package static func sample(
        _ object: FieldObject = .order, _ code: String = "tier", _ type: CustomFieldType = .string,
        name: String = "Tier", group: String? = nil, required: Bool? = nil, standard: String? = nil,
        choices: [String]? = nil, min: String? = nil, max: String? = nil, metadataPath: String? = nil
    ) -> CustomFieldPatch {
        var patch = CustomFieldPatch()
        (patch.object, patch.code, patch.type, patch.name) = (object, code, type, name)
        patch.isRequired = required
        patch.choices = choices
        if let group { patch.group = .set(group) }
        if let standard { patch.defaultText = .set(standard) }
        if let min { patch.minimumText = .set(min) }
        if let max { patch.maximumText = .set(max) }
        if let metadataPath { patch.metadataPath = .set(metadataPath) }
        return patch
    }
}

extension OrderStatus {
    package static func sample(
        _ id: Int64 = 1, _ type: OrderStatusType = .general, _ code: String = "new", counts: Bool = false
    ) -> OrderStatus {
        OrderStatus(id: ID(rawValue: id), type: type, code: code, name: code, includeInAnalytics: counts, position: id)
    }
}

extension Money {
    package static func units(_ count: Int) -> Money { Money(tenThousandths: Int64(count) * 10_000) }
}

extension Quantity {
    package static func units(_ count: Int) -> Quantity { Quantity(millionths: Int64(count) * 1_000_000) }
}

extension Origin {
    package static let test = Origin(actor: "test", channel: .api)
}
