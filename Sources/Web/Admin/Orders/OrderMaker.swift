import Domain
import Platform

/// Writes what the page of one order shows.
struct OrderMaker {
    let stored: StoredOrder
    let products: [String: Product]
    /// The customer, with how many orders there are; nil when the customer was erased.
    let customer: (profile: CustomerService.Profile, orderCount: Int)?
    let format: PageFormat
    let book: StatusBook
    let fields: FieldBook

    private var order: Order { stored.order }

    /// What people call the order by.
    var title: String { order.fields.text(.number) ?? order.externalID }

    var model: OrderModel {
        OrderModel(
            title: title, externalID: order.externalID, orderValue: format.money(order.value),
            date: format.long(order.date), dateISO: order.date.rfc3339, dateExact: format.exact(order.date),
            customerName: stored.shownName(format.mask),
            deleteHref: Links.deleteOrder(order.externalID), statusMenus: OrderStatusType.allCases.map(statusMenu),
            lineCount: PageFormat.count(order.lines.count), hasLines: !order.lines.isEmpty,
            lines: order.lines.map(line), payment: payment, delivery: delivery,
            customer: customer.map { card($0.profile.customer, $0.profile.figures, orderCount: $0.orderCount) },
            unit: text(.unit), offers: order.fields.text(.actions)?.replacing(",", with: ", ") ?? PageFormat.none,
            card: personal(.card), isIncluded: book.includes(order.statuses), includedWhy: includedWhy,
            created: format.short(order.createdAt), createdISO: order.createdAt.rfc3339,
            createdExact: format.exact(order.createdAt), updated: format.relative(order.updatedAt),
            updatedISO: order.updatedAt.rfc3339, updatedExact: format.exact(order.updatedAt),
            version: PageFormat.count(order.version),
            customGroups: CustomFactGroup.all(fields.custom(.order), order.custom, format),
            lineFields: fields.custom(.orderLine).map { CustomFact($0, CustomValues(), format) }
        )
    }

    private func text(_ field: OrderField) -> String { order.fields.text(field) ?? PageFormat.none }

    /// What may name a person.
    private func personal(_ field: OrderField) -> String {
        order.fields.text(field).map(format.mask.text) ?? PageFormat.none
    }

    private func statusMenu(_ type: OrderStatusType) -> OrderModel.StatusMenu {
        let current = order.statuses[type].flatMap { book[$0] }
        let statuses = book.statuses(of: type).filter { !$0.isArchived || $0.id == current?.id }
        return OrderModel.StatusMenu(
            label: type.shortLabel, field: OrderListFilter(type).rawValue,
            statusAction: Links.orderStatus(order.externalID), hasStatus: current != nil, text: current?.name ?? "",
            color: current?.color.rawValue ?? "grey",
            options: statuses.map { OptionModel($0, isSelected: $0.id == current?.id) }
        )
    }

    private func line(_ line: OrderLine) -> OrderModel.Line {
        let fields = line.fields
        let product = fields.text(.product)
        let name = product.flatMap { products[$0]?.fields.text(.name) }
        return OrderModel.Line(
            productName: name ?? product ?? PageFormat.none, productID: name == nil ? "" : product ?? "",
            lineID: line.externalID, quantity: format.quantity(fields.quantity(.count)),
            weight: format.quantity(fields.quantity(.weight)), price: format.money(fields.money(.price)),
            discount: format.money(fields.money(.discount)), sum: format.money(fields.money(.sum)),
            pointsAccrued: points(fields.money(.bonusToCard)), pointsDeducted: points(fields.money(.bonusFromCard)),
            cash: format.money(fields.money(.cashSum)),
            custom: self.fields.custom(.orderLine).map { CustomFact($0, line.custom, format) }
        )
    }

    /// Points are counted, not paid: they have no currency.
    private func points(_ money: Money?) -> String {
        money.map { PageFormat.grouped($0.description) } ?? PageFormat.none
    }

    private var payment: OrderModel.Payment {
        OrderModel.Payment(
            type: text(.paymentType), provider: text(.paymentProvider), orderValue: format.money(order.value),
            discount: format.money(order.fields.money(.paymentDiscount)),
            delivery: format.money(order.fields.money(.paymentDelivery)),
            cash: format.money(order.fields.money(.paymentCash)), bonuses: points(order.fields.money(.paymentBonuses)),
            total: format.money(order.fields.money(.paymentTotal))
        )
    }

    private var delivery: OrderModel.Delivery {
        OrderModel.Delivery(
            type: text(.deliveryType), provider: text(.deliveryProvider), country: text(.deliveryCountry),
            city: text(.deliveryCity), address: personal(.deliveryAddress),
            date: order.fields.text(.deliveryDate).map(format.day) ?? PageFormat.none, time: text(.deliveryTime),
            note: personal(.deliveryNote)
        )
    }

    private func card(_ customer: Customer, _ figures: CustomerFigures, orderCount: Int) -> OrderModel.Customer {
        OrderModel.Customer(
            href: Links.customer(customer.externalID),
            name: customer.fullName.map(format.mask.name) ?? customer.externalID, externalID: customer.externalID,
            email: customer.fields.text(.email).map(format.mask.email) ?? PageFormat.none,
            phone: customer.fields.text(.phone).map(format.mask.phone) ?? PageFormat.none,
            ordersHref: Links.orders([(OrderListFilter.customer.rawValue, customer.externalID)]),
            orderCount: PageFormat.count(orderCount, "order", "orders"),
            totalValue: "\(format.money(figures.total)) in \(PageFormat.count(figures.orderCount)) included"
        )
    }

    /// Why the order counts in analytics, or does not.
    private var includedWhy: String {
        func isFlagged(_ type: OrderStatusType) -> Bool {
            order.statuses[type].flatMap { book[$0]?.includeInAnalytics } ?? false
        }
        func state(_ type: OrderStatusType) -> String {
            let name = order.statuses[type].flatMap { book[$0]?.name }
            return "its \(type.noun) is \(name ?? "not set")"
        }
        let flaggedTypes = OrderStatusType.allCases.filter { type in
            book.statuses(of: type).contains(where: \.includeInAnalytics)
        }
        guard !flaggedTypes.isEmpty else { return "because no status is included in analytics" }
        switch (book.rule, book.includes(order.statuses)) {
        case (.general, _): return "because \(state(.general))"
        case (.any, true), (.all, true): return "because \(Self.list(flaggedTypes.filter(isFlagged).map(state)))"
        case (.any, false): return "because none of its statuses is an included one"
        case (.all, false): return "because \(Self.list(flaggedTypes.filter { !isFlagged($0) }.map(state)))"
        }
    }

    private static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension OrderStatusType {
    /// In a sentence about an order.
    fileprivate var noun: String {
        switch self {
        case .general: "status"
        case .delivery: "delivery"
        case .payment: "payment"
        }
    }
}
