import Domain
import Platform

/// Writes a person's timeline: what changed at one moment by one hand in one thing stands together.
struct TimelineMaker {
    let externalID: String
    let format: PageFormat
    let reference: ReferenceBoard.Reference
    let events: CustomerMaker
    /// When the customer became known: the end of the timeline.
    let knownAt: Instant

    /// Changes of one page.
    static let limit = 200

    /// - Parameter rows: The latest first, and at most one more than `limit`, which tells that there are older ones.
    func model(_ rows: [TimelineRow]) -> CustomerPageModel.Timeline {
        let shown = rows.prefix(Self.limit)
        var groups: [[TimelineRow]] = []
        for row in shown {
            if let last = groups.last?.last, Self.belongTogether(last, row) {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        var moments = groups.compactMap(moment)
        let hasMore = rows.count > shown.count
        // Of who became known before that was written down, the moment alone is known.
        if !hasMore,
            !shown.contains(where: { row in
                row.thing == nil && row.change.map { ActivityMaker.isWhole($0.change) } ?? false
            })
        {
            moments.append(began)
        }
        return CustomerPageModel.Timeline(
            moments: moments, hasMore: hasMore,
            moreHref: hasMore ? Links.customerActivity(externalID, after: shown.last?.cursor.text ?? "") : ""
        )
    }

    private static func belongTogether(_ left: TimelineRow, _ right: TimelineRow) -> Bool {
        left.cursor.source == right.cursor.source && left.change?.version == right.change?.version
            && left.change?.origin == right.change?.origin && left.cursor.happenedAt == right.cursor.happenedAt
    }

    private var began: CustomerPageModel.Timeline.Moment {
        CustomerPageModel.Timeline.Moment(
            heading: "Became known", when: format.brief(knownAt), iso: knownAt.rfc3339, exact: format.exact(knownAt),
            hasChanges: false, changes: []
        )
    }

    private func moment(_ group: [TimelineRow]) -> CustomerPageModel.Timeline.Moment? {
        guard let first = group.first else { return nil }
        if let event = first.event { return moment(event) }
        guard let origin = first.change?.origin else { return nil }
        let fields = group.reversed().compactMap(\.change?.change)
        let orders = ActivityMaker(
            externalID: externalID, format: format, book: reference.book, fields: reference.fields
        )
        let changes: [ActivityModel.Change]
        let heading: String
        switch first.thing?.kind {
        case .order:
            heading = ActivityMaker.heading(fields, reference.fields)
            changes = fields.filter { !ActivityMaker.isWhole($0) }.map(orders.change)
        case .receipt:
            heading = ActivityMaker.heading(fields, reference.fields).replacing("Order", with: "Receipt")
            changes = fields.filter { !ActivityMaker.isWhole($0) }.map { change in
                var model = orders.change(change)
                model.label = reference.fields.field(.receipt, code: change.field)?.name ?? model.label
                return model
            }
        case nil:
            heading = Self.heading(fields)
            changes = fields.filter { !ActivityMaker.isWhole($0) }.map(change)
        }
        let isOrder = first.thing?.kind == .order
        let happened = first.cursor.happenedAt
        return CustomerPageModel.Timeline.Moment(
            heading: heading, thing: first.thing.map { $0.number ?? $0.externalID },
            href: first.thing.map { isOrder ? Links.order($0.externalID) : Links.receipt($0.externalID) },
            when: format.brief(happened),
            iso: happened.rfc3339, exact: format.exact(happened), who: "by \(ActivityMaker.who(origin))",
            channel: origin.channel.rawValue, hasChanges: !changes.isEmpty, changes: changes
        )
    }

    private func moment(_ event: TrackedEvent) -> CustomerPageModel.Timeline.Moment {
        let row = events.row(event, reference.tracking)
        return CustomerPageModel.Timeline.Moment(
            heading: row.name, thing: row.hasSubject ? row.subject : nil, when: format.brief(event.happenedAt),
            iso: row.iso, exact: row.exact, who: nil, channel: row.source.isEmpty ? nil : row.source, hasChanges: false,
            changes: []
        )
    }

    private static func heading(_ changes: [OrderChange]) -> String {
        if changes.contains(where: { $0.field == OrderChange.created }) { return "Became known" }
        if changes.contains(where: { $0.field == CustomerMergeRules.merged }) { return "Customers merged" }
        return changes.allSatisfy { $0.field.hasPrefix("consents.") } ? "Consent changed" : "Profile changed"
    }

    private func change(_ change: OrderChange) -> ActivityModel.Change {
        if change.field == CustomerMergeRules.merged {
            return ActivityModel.Change(
                label: "Joined by", isStatus: false, hasFrom: false, fromText: "", hasTo: true,
                toText: change.to ?? PageFormat.none
            )
        }
        let (from, to) = (change.from.map { text($0, change.field) }, change.to.map { text($0, change.field) })
        return ActivityModel.Change(
            label: reference.fields.field(.customer, code: change.field)?.name ?? change.field, isStatus: false,
            hasFrom: from != nil, fromText: from ?? "", hasTo: to != nil, toText: to ?? ""
        )
    }

    /// A value as the rest of the page would write it.
    private func text(_ value: String, _ code: String) -> String {
        switch CustomerField.allCases.first(where: { $0.path == code }) {
        case .email: return format.mask.email(value)
        case .phone: return format.mask.phone(value)
        case .firstName, .lastName, .middleName: return format.mask.name(value)
        case .birthDate: return format.mask.isOn ? format.mask.text(value) : format.day(value)
        case .registeredAt: return Instant(parsing: value, zone: format.zone).map(format.long) ?? value
        case .emailConsent, .smsConsent, .pushConsent: return Consent(rawValue: value)?.name ?? value
        case .some: return value
        case nil:
            if format.mask.isOn { return format.mask.text(value) }
            return value.count > 200 ? "\(value.prefix(200))…" : value
        }
    }
}
