extension OrderPatch {
    /// All of an order, so that registering it brings the order back to what it is now.
    package init(restoring stored: StoredOrder, _ book: StatusBook, _ fields: FieldBook) {
        let order = stored.order
        self.init(externalID: order.externalID)
        customerExternalID = .set(stored.customerExternalID)
        date = .set(order.date)
        for type in OrderStatusType.allCases { statuses[type] = Patch(book.code(type, in: order.statuses)) }
        for field in OrderField.allCases { self.fields.set(field, order.fields[field]) }
        custom = Self.custom(order.custom, of: .order, fields)
        lines = order.lines.map { line in
            var patch = OrderLinePatch(externalID: line.externalID)
            for field in LineField.allCases { patch.fields.set(field, line.fields[field]) }
            patch.custom = Self.custom(line.custom, of: .orderLine, fields)
            return patch
        }
        metadata = Patch(order.metadata)
    }

    /// Values that are taken from metadata come back with it; a required one that is not there cannot be said.
    private static func custom(_ values: CustomValues, of object: FieldObject, _ book: FieldBook) -> CustomPatch {
        var patch = CustomPatch()
        for field in book.custom(object) where field.metadataPath == nil {
            if values[field] != nil || !field.isRequired { patch.set(field, values[field]) }
        }
        return patch
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
