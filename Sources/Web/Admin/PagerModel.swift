/// Which part of a long list is shown, and the ways to the others.
struct PagerModel: Sendable {
    struct Page: Sendable {
        var label: String
        var href: String
        var isCurrent = false
        var isGap = false
    }

    var summary: String
    var hasPages: Bool
    var hasPrevious: Bool
    var hasNext: Bool
    var previousHref: String
    var nextHref: String
    var pages: [Page]

    /// - Parameters:
    ///   - page: The page that is shown, from 1.
    ///   - link: The address of a page.
    init(page: Int, size: Int, total: Int, link: (Int) -> String) {
        let last = max(1, (total + size - 1) / size)
        let first = (page - 1) * size + 1
        summary =
            "\(PageFormat.count(first))–\(PageFormat.count(min(page * size, total))) of \(PageFormat.count(total))"
        hasPages = last > 1
        hasPrevious = page > 1
        hasNext = page < last
        previousHref = page > 1 ? link(page - 1) : ""
        nextHref = page < last ? link(page + 1) : ""
        pages = []
        var previous = 0
        for number in [1, page - 1, page, page + 1, last] where number > previous && number <= last {
            if number > previous + 1 { pages.append(Page(label: "…", href: "", isGap: true)) }
            pages.append(Page(label: PageFormat.count(number), href: link(number), isCurrent: number == page))
            previous = number
        }
    }
}
