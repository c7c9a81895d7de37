import Domain

/// Writes an order's history: what changed at one moment by one hand stands together.
struct ActivityMaker {
    let externalID: String
    let format: PageFormat
    let book: StatusBook
    let fields: FieldBook
    /// What the history is of.
    var noun = "Order"
    /// The address of the changes before one; nil for an order's.
    var moreLink: (@Sendable (Int64) -> String)?

    /// Changes of one page.
    static let limit = 200

    /// - Parameters:
    ///   - changes: The newest first, and at most one more than `limit`, which tells that there are older ones.
    func model(_ changes: [(seq: Int64, change: RecordedChange)]) -> ActivityModel {
        let shown = changes.prefix(Self.limit)
        var groups: [[(seq: Int64, change: RecordedChange)]] = []
        for entry in shown {
            if let last = groups.last?.last, Self.belongTogether(last.change, entry.change) {
                groups[groups.count - 1].append(entry)
            } else {
                groups.append([entry])
            }
        }
        let moments = groups.compactMap(moment)
        let hasMore = changes.count > shown.count
        return ActivityModel(
            hasMoments: !moments.isEmpty, moments: moments, hasMore: hasMore,
            moreHref: hasMore ? (moreLink ?? { Links.orderActivity(externalID, before: $0) })(shown.last?.seq ?? 0) : ""
        )
    }

    private static func belongTogether(_ left: RecordedChange, _ right: RecordedChange) -> Bool {
        left.version == right.version && left.origin == right.origin
            && left.change.happenedAt == right.change.happenedAt
    }

    private func moment(_ group: [(seq: Int64, change: RecordedChange)]) -> ActivityModel.Moment? {
        guard let first = group.first else { return nil }
        let (happened, arrived) = (first.change.change.happenedAt, first.change.arrivedAt)
        let isLate = arrived.milliseconds - happened.milliseconds > 60_000
        // Within one moment the fields stand in the order in which they were written.
        let fields = group.reversed().map(\.change.change)
        let changes = fields.filter { !Self.isWhole($0) }.map(change)
        return ActivityModel.Moment(
            id: String(first.seq), heading: Self.heading(fields, self.fields, noun: noun), when: format.brief(happened),
            iso: happened.rfc3339,
            exact: format.exact(happened), who: Self.who(first.change.origin),
            channel: first.change.origin.channel.rawValue,
            hasArrived: isLate, arrived: "\(PageFormat.span(from: happened, to: arrived)) later",
            arrivedExact: format.exact(arrived), hasChanges: !changes.isEmpty, changes: changes
        )
    }

    static func who(_ origin: Origin) -> String {
        switch origin.channel {
        case .api: "key \(origin.actor)"
        default: origin.actor
        }
    }

    static func isWhole(_ change: OrderChange) -> Bool {
        [OrderChange.created, OrderChange.deleted, OrderChange.customerErased].contains(change.field)
    }

    static func heading(_ changes: [OrderChange], _ fields: FieldBook, noun: String = "Order") -> String {
        if changes.contains(where: { $0.field == OrderChange.created }) { return "\(noun) registered" }
        if changes.contains(where: { $0.field == OrderChange.deleted }) { return "\(noun) deleted" }
        if changes.contains(where: { $0.field == OrderChange.customerErased }) { return "Customer erased" }
        let parts = Set(changes.map { ActivityField($0.field, fields).part })
        guard parts.count == 1, let part = parts.first, part != "Order" || noun == "Order" else {
            return "\(noun) changed"
        }
        return "\(part) changed"
    }

    func change(_ change: OrderChange) -> ActivityModel.Change {
        let field = ActivityField(change.field, fields)
        guard let type = field.statusType else {
            let (from, to) = (change.from.map { text($0, field) }, change.to.map { text($0, field) })
            return ActivityModel.Change(
                label: field.label, isStatus: false, hasFrom: from != nil, fromText: from ?? "", hasTo: to != nil,
                toText: to ?? ""
            )
        }
        return ActivityModel.Change(
            label: field.label, isStatus: true, from: chip(type, change.from), to: chip(type, change.to),
            hasFrom: change.from != nil, fromText: "", hasTo: change.to != nil, toText: ""
        )
    }

    private func chip(_ type: OrderStatusType, _ code: String?) -> ChipModel? {
        guard let code else { return nil }
        return book.status(type, code: code).map(ChipModel.init) ?? ChipModel(code: code)
    }

    /// A value as the rest of the page would write it.
    private func text(_ value: String, _ field: ActivityField) -> String {
        if field.isPersonal, format.mask.isOn { return format.mask.text(value) }
        switch field.type {
        case .money:
            guard let money = try? Money(parsing: value.utf8) else { return value }
            return field.isPoints ? PageFormat.grouped(value) : format.money(money)
        case .quantity: return PageFormat.grouped(value)
        case .day: return format.day(value)
        case .instant:
            guard let instant = Instant(parsing: value, zone: format.zone) else { return value }
            return format.long(instant)
        case .list: return value.replacing(",", with: ", ")
        default:
            // Metadata and notes may be long: the tab beside shows them whole.
            return value.count > 200 ? "\(value.prefix(200))…" : value
        }
    }
}
