import Domain
import Foundation
import Platform

extension CustomerMaker {
    /// The tab of events: what the customer did, day by day, the latest first.
    ///
    /// - Parameter found: At most one more than `size`, which tells that there are older ones.
    func events(_ found: [TrackedEvent], size: Int, _ book: TrackingBook) -> CustomerPageModel.Events {
        let shown = found.prefix(size)
        var days: [CustomerPageModel.Events.Day] = []
        for event in shown {
            let heading = format.day(of: event.happenedAt)
            if days.last?.heading != heading { days.append(CustomerPageModel.Events.Day(heading: heading, rows: [])) }
            days[days.count - 1].rows.append(row(event, book))
        }
        let last = found.count > size ? shown.last : nil
        return CustomerPageModel.Events(
            hasRows: !days.isEmpty, days: days, hasMore: last != nil,
            moreHref: last.map { Links.customerEvents(customer.externalID, after: TrackedEventCursor($0).text) } ?? ""
        )
    }

    func row(_ event: TrackedEvent, _ book: TrackingBook) -> CustomerPageModel.Events.Row {
        let name = book.name(event.call.name)?.name ?? event.call.name
        var facts: [CustomerPageModel.Fact] = []
        func add(_ label: String, _ value: String?, isMono: Bool = false) {
            guard let value, !value.isEmpty else { return }
            facts.append(CustomerPageModel.Fact(label: label, value: value, isEmpty: false, isMono: isMono))
        }
        add("Page", event.page?.title)
        // What stands behind the question mark may name a person.
        add("Address", event.page?.url.map { format.mask.isOn ? String($0.prefix { $0 != "?" && $0 != "#" }) : $0 })
        add(
            "Came from",
            event.page?.referrer.map { format.mask.isOn ? String($0.prefix { $0 != "?" && $0 != "#" }) : $0 })
        add("Session", event.session, isMono: true)
        add("Name", event.call.name, isMono: true)
        if event.arrivedAt.milliseconds - event.happenedAt.milliseconds >= 60_000 {
            add("Arrived", format.long(event.arrivedAt))
        }
        let context = event.call.context
        let subject =
            format.mask.isOn && event.call.name == "product_searched"
            ? event.call.subject.map(format.mask.text) : event.call.subject
        return CustomerPageModel.Events.Row(
            name: name, hasSubject: subject != nil, subject: subject ?? "", time: format.clock(event.happenedAt),
            iso: event.happenedAt.rfc3339, exact: format.exact(event.happenedAt),
            source: event.source.flatMap { book[$0]?.name } ?? "", facts: facts, hasContext: context != nil,
            context: context.map { format.mask.isOn ? format.mask.text($0) : JSONLayout.pretty($0) } ?? ""
        )
    }
}
