extension OrderPatch {
    /// All of an order, so that registering it brings the order back to what it is now.
    package init(restoring stored: StoredOrder, _ book: StatusBook, _ fields: FieldBook) {
        let order = stored.order
        self.init(externalID: order.externalID)
        customerExternalID = .set(stored.customerExternalID)
        date = .set(order.date)
        for type in OrderStatusType.allCases { statuses[type] = Patch(book.code(type, in: order.statuses)) }
        self.fields = FieldPatch(restoring: order.fields)
        custom = CustomPatch(restoring: order.custom, of: .order, fields)
        lines = order.lines.map { line in
            var patch = OrderLinePatch(externalID: line.externalID)
            patch.fields = FieldPatch(restoring: line.fields)
            patch.custom = CustomPatch(restoring: line.custom, of: .orderLine, fields)
            return patch
        }
        metadata = Patch(order.metadata)
    }

    /// The same for some fields only, by their names in history; all of the lines are `items`.
    package func only(_ names: Set<String>, _ book: FieldBook) -> OrderPatch {
        var part = OrderPatch(externalID: externalID)
        if names.contains("client_external_id") { part.customerExternalID = customerExternalID }
        if names.contains("date") { part.date = date }
        part.statuses = statuses.filter { names.contains($0.key.path) }
        for entry in fields.entries where names.contains(entry.field.path) { part.fields.set(entry.field, entry.value) }
        for entry in custom.entries {
            guard let field = book.custom(entry.field), names.contains(field.code) else { continue }
            part.custom.set(field, entry.value)
        }
        if names.contains("items") { part.lines = lines }
        if names.contains("metadata") { part.metadata = metadata }
        return part
    }

    /// The description as the API takes it.
    package func text(_ book: FieldBook) -> String {
        var writer = JSONWriter()
        write(&writer, book)
        return writer.text
    }
}
