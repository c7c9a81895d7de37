import Domain
import Platform

extension CustomerMaker {
    typealias Containers = CustomerPageModel.Containers

    /// The tab of containers: what is in each, what it is worth, and whether it was left alone.
    ///
    /// - Parameters:
    ///   - products: Those of the catalogue, by their identifiers.
    ///   - settingsHref: Where kinds of containers are made, for who may.
    func containers(
        _ views: [ContainerService.View], _ products: [String: Product], settingsHref: String?
    ) -> Containers {
        Containers(hasRows: !views.isEmpty, rows: views.map { row($0, products) }, settingsHref: settingsHref)
    }

    private func row(_ view: ContainerService.View, _ products: [String: Product]) -> Containers.Row {
        let (type, container) = (view.type, view.container)
        let since = container.filledAt ?? container.changedAt
        return Containers.Row(
            id: "container-\(type.code)", name: type.name,
            lineCount: PageFormat.count(container.lines.count, "product", "products"),
            hasLines: !container.lines.isEmpty, lines: container.lines.map { line($0, products[$0.product]) },
            quantity: format.quantity(container.quantity), total: format.money(container.total),
            since: format.short(since), sinceISO: since.rfc3339, sinceExact: format.exact(since),
            changed: format.relative(container.changedAt), changedISO: container.changedAt.rfc3339,
            changedExact: format.exact(container.changedAt), abandoned: container.abandonedAt.map(format.short),
            abandonedExact: container.abandonedAt.map(format.exact)
        )
    }

    private func line(_ line: ContainerLine, _ product: Product?) -> Containers.Line {
        Containers.Line(
            name: product?.fields.text(.name) ?? line.product, href: product.map { Links.product($0.externalID) },
            product: line.product, quantity: format.quantity(line.quantity), price: format.money(line.price),
            sum: line.sum.map { format.money($0) } ?? PageFormat.none, changed: format.short(line.changedAt),
            changedISO: line.changedAt.rfc3339, changedExact: format.exact(line.changedAt)
        )
    }
}
