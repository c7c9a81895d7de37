import Domain
import Platform

/// The window that merges customers, as its view takes it.
struct MergeModel: Sendable {
    struct Candidate: Sendable {
        var title: String
        var externalID: String
        var detail: String
        var href: String
    }

    /// A field of both, and what will be.
    struct Row: Sendable {
        var label: String
        var source: String
        var target: String
        var result: String
        /// Whether the merge fills it.
        var isFilled: Bool
    }

    struct Preview: Sendable {
        var targetTitle: String
        var targetID: String
        var sourceTitle: String
        var sourceID: String
        var rows: [Row]
        var orders: String
        var backHref: String
    }

    var shell: ShellModel
    var action: String
    var cancelHref: String
    var name: String
    var q: String
    var problem: String?
    var hasSearched = false
    var candidates: [Candidate] = []
    var preview: Preview?
}

/// Writes what a merge will do.
struct MergeMaker {
    let source: CustomerService.Profile
    let format: PageFormat
    let reference: ReferenceBoard.Reference

    private var text: ProfileText { ProfileText(format: format, book: reference.book) }

    func title(_ profile: CustomerService.Profile) -> String {
        profile.customer.fullName.map(format.mask.name) ?? profile.customer.externalID
    }

    func candidate(_ profile: CustomerService.Profile) -> MergeModel.Candidate {
        let fields = profile.customer.fields
        let parts = [
            fields.text(.email).map(format.mask.email), fields.text(.phone).map(format.mask.phone), fields.text(.city),
            PageFormat.count(profile.figures.orderCount, "order", "orders"),
        ]
        return MergeModel.Candidate(
            title: title(profile), externalID: profile.customer.externalID,
            detail: parts.compactMap { $0 }.joined(separator: " · "),
            href: Links.mergeCustomer(source.customer.externalID, into: profile.customer.externalID)
        )
    }

    func preview(_ target: CustomerService.Profile, orderCount: Int) -> MergeModel.Preview {
        let fields = reference.fields
        let custom = fields.custom(.customer)
        let patch = CustomerMergeRules.additions(from: source.customer, to: target.customer, custom)
        var after = target.customer
        _ = after.apply(patch, now: format.now, CustomRules(custom, reference.reading))
        let rows = fields.fields(of: .customer).compactMap { field -> MergeModel.Row? in
            let (from, into) = (text.text(field, of: source.customer), text.text(field, of: target.customer))
            // What is the same in both needs no look.
            guard from != into, field.code != "metadata" else { return nil }
            let result = text.text(field, of: after)
            return MergeModel.Row(
                label: field.name, source: from ?? PageFormat.none, target: into ?? PageFormat.none,
                result: result ?? PageFormat.none, isFilled: result != into
            )
        }
        let (one, other) = (source.figures, target.figures)
        let figures = MergeModel.Row(
            label: "Included orders", source: PageFormat.count(one.orderCount),
            target: PageFormat.count(other.orderCount), result: PageFormat.count(one.orderCount + other.orderCount),
            isFilled: one.orderCount > 0
        )
        let total = Money(tenThousandths: one.total.tenThousandths &+ other.total.tenThousandths)
        let value = MergeModel.Row(
            label: "Total value", source: format.money(one.total), target: format.money(other.total),
            result: format.money(total), isFilled: one.orderCount > 0
        )
        return MergeModel.Preview(
            targetTitle: title(target), targetID: target.customer.externalID, sourceTitle: title(source),
            sourceID: source.customer.externalID, rows: rows + [figures, value],
            orders: PageFormat.count(orderCount, "order moves", "orders move"),
            backHref: Links.mergeCustomer(source.customer.externalID)
        )
    }
}
