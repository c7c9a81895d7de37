import Domain
import Platform

/// Writes what the page of one customer shows.
struct CustomerMaker {
    let profile: CustomerService.Profile
    let merges: [CustomerMerge]
    let format: PageFormat
    let reference: ReferenceBoard.Reference

    var customer: Customer { profile.customer }
    private var figures: CustomerFigures { profile.figures }
    var text: ProfileText { ProfileText(format: format, book: reference.book) }

    /// What people call the customer by.
    var title: String { customer.fullName.map(format.mask.name) ?? customer.externalID }

    func head(_ context: OperatorContext) -> CustomerPageModel.Head {
        let id = customer.externalID
        let place = [customer.fields.text(.city), customer.fields.text(.country)].compactMap { $0 }
        return CustomerPageModel.Head(
            title: title, externalID: id, hasAliases: !merges.isEmpty,
            aliases: merges.map(\.mergedExternalID).joined(separator: ", "), place: place.joined(separator: ", "),
            mayWrite: context.may(.customersWrite) && context.may(.personalData),
            mayMerge: context.may(.customersMerge), mayErase: context.may(.customersErase),
            mayExport: context.may(.customersExport), editHref: Links.editCustomer(id),
            mergeHref: Links.mergeCustomer(id), eraseHref: Links.eraseCustomer(id),
            exportHref: Links.exportCustomer(id), metrics: metrics
        )
    }

    private var metrics: [CustomerPageModel.Metric] {
        let count = Int(figures.orderCount)
        func day(_ label: String, _ instant: Instant?) -> CustomerPageModel.Metric {
            CustomerPageModel.Metric(
                label: label, value: instant.map(format.short) ?? PageFormat.none,
                title: instant.map(format.exact)
            )
        }
        return [
            CustomerPageModel.Metric(label: "Orders", value: PageFormat.count(count)),
            CustomerPageModel.Metric(label: "Total value", value: format.money(figures.total)),
            CustomerPageModel.Metric(label: "Average value", value: format.average(MoneySum(figures.total), of: count)),
            CustomerPageModel.Metric(label: "Items per order", value: itemsPerOrder),
            day("First order", figures.firstDate), day("Last order", figures.lastDate),
        ]
    }

    /// To a tenth: `2.3`.
    private var itemsPerOrder: String {
        guard figures.orderCount > 0 else { return PageFormat.none }
        let tenths = (figures.items.millionths / figures.orderCount + 50_000) / 100_000
        return PageFormat.grouped(FixedPoint.text(tenths, places: 1))
    }

    func overview() -> CustomerPageModel.Overview {
        let consents = Set(ConsentChannel.allCases.map(\.field.path))
        let isShown = { (field: FieldEntry) in !consents.contains(field.code) && field.code != "metadata" }
        let view = reference.fields.profileView(.customer).filter(isShown)
        let rest = reference.fields.fields(of: .customer).filter { isShown($0) && !view.contains($0) }
        return CustomerPageModel.Overview(
            facts: view.map(fact), hasMore: !rest.isEmpty, more: rest.map(fact),
            consents: ConsentChannel.allCases.map(consent), hasMetadata: customer.metadata != nil,
            metadata: customer.metadata.map { format.mask.isOn ? format.mask.text($0) : JSONLayout.pretty($0) } ?? "",
            known: format.short(customer.createdAt), knownISO: customer.createdAt.rfc3339,
            knownExact: format.exact(customer.createdAt), updated: format.relative(customer.updatedAt),
            updatedISO: customer.updatedAt.rfc3339, updatedExact: format.exact(customer.updatedAt),
            version: PageFormat.count(customer.version), hasMerges: !merges.isEmpty, merges: merges.map(merge)
        )
    }

    private func fact(_ field: FieldEntry) -> CustomerPageModel.Fact {
        let value = text.text(field, of: customer)
        return CustomerPageModel.Fact(
            label: field.name, value: value ?? PageFormat.none, isEmpty: value == nil,
            isMono: field.code == "external_id"
        )
    }

    private func consent(_ channel: ConsentChannel) -> CustomerPageModel.Overview.Consent {
        let consent = customer.consent(channel)
        let color =
            switch consent {
            case .subscribed: "green"
            case .unsubscribed: "red"
            case .unknown: "grey"
            }
        return CustomerPageModel.Overview.Consent(label: channel.name, text: consent.name, color: color)
    }

    private func merge(_ merge: CustomerMerge) -> CustomerPageModel.Merge {
        CustomerPageModel.Merge(
            externalID: merge.mergedExternalID, when: format.short(merge.happenedAt), iso: merge.happenedAt.rfc3339,
            exact: format.exact(merge.happenedAt), who: ActivityMaker.who(merge.origin),
            orders: PageFormat.count(merge.ordersMoved, "order", "orders")
        )
    }
}
