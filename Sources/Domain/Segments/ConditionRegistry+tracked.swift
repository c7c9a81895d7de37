extension ConditionRegistry {
    /// What customers did; `context.<path>` beside these is made where somebody asks for it (`ConditionField.init(context:)`).
    static let events: [ConditionField] = [
        ConditionField(
            .event, "name", "Name", .string, .event(.name), group: "Event",
            help: "The event's code, such as product_viewed."
        ),
        ConditionField(
            .event, "source", "Source", .string, .event(.source), group: "Event",
            help: "The code of the source it came by, such as online_store."
        ),
        ConditionField(.event, "date", "Date", .instant, .date, group: "Event", help: "When it happened."),
        ConditionField(
            .event, "kind", "Kind", .choice(EventName.Kind.allCases.map(\.rawValue)), .event(.kind), group: "Event",
            help: "What kind of event it is: of the site or app, or what else happened to the customer."
        ),
        ConditionField(
            .event, "subject", "Subject", .string, .event(.subject), group: "Event",
            help: "What it is about: a product, a category or an order by its identifier, or what was searched for."
        ),
    ]

    static let containers: [ConditionField] = [
        ConditionField(
            .container, "code", "Which", .string, .container(.code), group: "Container",
            help: "The code of the container's type, such as cart."
        ),
        ConditionField(
            .container, "changed_at", "Last change", .instant, .date, group: "Container",
            help: "When something was put in, taken out or changed last."
        ),
        ConditionField(
            .container, "abandoned", "Abandoned", .boolean, .container(.abandoned), group: "Container",
            help: "Whether it holds something and did not change for as long as its type says."
        ),
        ConditionField(
            .container, "empty", "Empty", .boolean, .container(.empty), group: "Container",
            help: "Whether everything was taken out. Who never put anything in has no container."
        ),
        ConditionField(
            .container, "lines", "Number of lines", .number(places: 0), .container(.lines), group: "Container",
            help: "How many different products it holds."
        ),
        ConditionField(
            .container, "quantity", "Total quantity", .number(places: FixedPoint.quantityPlaces),
            .container(.quantity), group: "Container", help: "Of all its lines together."
        ),
        ConditionField(
            .container, "total", "Total value", .money, .container(.total), group: "Container",
            help: "Price times quantity of all its lines that have a price."
        ),
    ]

    static func containerLines(_ book: FieldBook) -> [ConditionField] {
        func field(
            _ part: ContainerLinePart, _ name: String, _ type: ConditionType, _ help: String
        ) -> ConditionField {
            ConditionField(
                .containerLine, part.rawValue, name, type, .containerLine(part), group: "Container line", help: help)
        }
        return [
            field(.product, "Product", .string, "What the shop calls the product."),
            field(.quantity, "Quantity", .number(places: FixedPoint.quantityPlaces), "How many pieces."),
            field(.price, "Price", .money, "Of one piece, as the site said."),
            field(.addedAt, "Added", .instant, "When the product was put in."),
            field(.changedAt, "Changed", .instant, "When its line changed last."),
        ] + products(book, .containerLine)
    }
}
