import Domain

/// The form of a new order.
struct OrderAddModel: Sendable {
    struct Delivery: Sendable {
        var type, provider, country, city, address, date, time, note: FieldModel
    }

    struct Payment: Sendable {
        var type, provider, total, cash, bonuses, delivery, discount: FieldModel
    }

    struct Line: Sendable {
        var index: String
        /// Whether the fields that are folded away are shown, since one of them is wrong.
        var isExpanded: Bool
        var product, quantity, price, discount, sum, lineID, weight, cash, pointsAccrued, pointsDeducted: FieldModel
        var custom: [CustomInputModel]
    }

    var shell: ShellModel
    var ordersHref = Links.orders
    var action = Links.newOrder
    var hasProblems: Bool
    var problems: [ProblemModel]
    var customer: FieldModel
    var customerNote: String
    var externalID: FieldModel
    var orderNumber: FieldModel
    var date: FieldModel
    var statusCode: ChoiceModel
    var deliveryStatusCode: ChoiceModel
    var paymentStatusCode: ChoiceModel
    var unit: FieldModel
    var itemsSum: FieldModel
    var units: [String]
    var lines: [Line]
    var blankLine: Line
    var delivery: Delivery
    var payment: Payment
    var customGroups: [CustomInputGroup]
}

extension OrderAddModel {
    /// The form as it was sent, or as it is first seen.
    init(
        shell: ShellModel, form: FormBody, faults: FormFaults, statuses: (String, String) -> ChoiceModel,
        customerNote: String, units: [String], fields: FieldBook
    ) {
        func field(_ name: String) -> FieldModel { faults.field(name, form) }
        self.shell = shell
        (hasProblems, problems) = (!faults.isEmpty, faults.listed { OrderForm.label($0, form, fields) })
        customer = field("client_external_id")
        self.customerNote = customerNote
        externalID = field("external_id")
        orderNumber = field("number")
        date = field("date")
        statusCode = statuses("status_code", form.raw("status_code"))
        deliveryStatusCode = statuses("delivery.status_code", form.raw("delivery.status_code"))
        paymentStatusCode = statuses("payment.status_code", form.raw("payment.status_code"))
        unit = field("unit")
        itemsSum = field("items_sum")
        self.units = units
        let indexes = OrderForm.lineIndexes(form)
        lines = (indexes.isEmpty ? ["0", "1", "2"] : indexes).map { Line($0, form, faults, fields) }
        blankLine = Line("__n__", FormBody(""), FormFaults(), fields)
        delivery = Delivery(
            type: field("delivery.type"), provider: field("delivery.provider"), country: field("delivery.country"),
            city: field("delivery.city"), address: field("delivery.address"), date: field("delivery.date"),
            time: field("delivery.time"), note: field("delivery.note")
        )
        payment = Payment(
            type: field("payment.type"), provider: field("payment.provider"), total: field("payment.total"),
            cash: field("payment.cash"), bonuses: field("payment.bonuses"), delivery: field("payment.delivery"),
            discount: field("payment.discount")
        )
        customGroups = CustomInputs(fields, .order).groups(form, faults, plain: "Custom fields")
    }
}

extension OrderAddModel.Line {
    fileprivate init(_ index: String, _ form: FormBody, _ faults: FormFaults, _ fields: FieldBook) {
        func field(_ name: String) -> FieldModel { faults.field("lines.\(index).\(name)", form) }
        self.index = index
        product = field("product_external_id")
        quantity = field("cnt")
        price = field("price")
        discount = field("discount")
        sum = field("sum")
        lineID = field("external_id")
        weight = field("quantity")
        cash = field("cash_sum")
        pointsAccrued = field("bonus_to_card")
        pointsDeducted = field("bonus_from_card")
        custom = CustomInputs(fields, .orderLine, prefix: "lines.\(index).").inputs(form, faults)
        isExpanded =
            [lineID, weight, cash, pointsAccrued, pointsDeducted].contains { $0.error != nil }
            || custom.contains { $0.error != nil || $0.isRequired }
    }
}
