import Domain
import Platform

/// Writes segments, their figures and their members as pages show them.
struct SegmentMaker {
    let format: PageFormat
    let reference: ReferenceBoard.Reference

    func person(_ profile: CustomerService.Profile) -> PersonRow {
        let (customer, figures) = (profile.customer, profile.figures)
        let name = customer.fullName.map(format.mask.name)
        return PersonRow(
            href: Links.customer(customer.externalID), externalID: customer.externalID,
            name: name ?? customer.externalID, detail: name == nil ? "" : customer.externalID,
            orders: PageFormat.count(figures.orderCount), total: format.money(figures.total),
            last: figures.lastDate.map(format.short) ?? PageFormat.none, lastISO: figures.lastDate?.rfc3339 ?? "",
            lastExact: figures.lastDate.map(format.exact) ?? "", hasLast: figures.lastDate != nil
        )
    }

    func figures(_ preview: SegmentService.Preview) -> SegmentFigures {
        SegmentFigures(
            count: PageFormat.count(preview.count), base: PageFormat.count(preview.base),
            shareOfBase: PageFormat.share(Int(preview.count), of: Int(preview.base)),
            shareNumber: FixedPoint.text(preview.shareOfBase, places: 4),
            shareOfRevenue: preview.allRevenue.tenThousandths > 0
                ? PageFormat.share(Int(preview.shareOfRevenue), of: 1_000_000) : PageFormat.none,
            revenueNumber: FixedPoint.text(preview.shareOfRevenue, places: 4),
            orders: PageFormat.count(preview.orders), revenue: format.money(preview.revenue),
            average: format.average(preview.revenue, of: Int(preview.orders))
        )
    }

    /// What a tree asks, as a sentence begins.
    func words(_ condition: Condition) -> String {
        let text = ConditionWords(statuses: reference.book).text(condition)
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    func words(_ entry: SegmentBook.Entry) -> String {
        if entry.segment.isAudience { return "A list of customers" }
        return entry.condition.map(words) ?? "Its conditions cannot be read any more"
    }

    /// Why a tree cannot be taken, each with its place where it has one.
    static func sentences(_ faults: [Fault]) -> [String] {
        faults.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)" }
    }
}

extension SegmentBook.Entry {
    /// What is asked to find who is in it.
    var question: Condition { .segment(segment.code) }
}
