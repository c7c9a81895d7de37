/// Containers as answers and messages write them; keys stand sorted.
package enum ContainerPayload {
    /// Writes what is in a container within an object that is open.
    package static func attributes(_ container: Container, _ type: ContainerType, _ writer: inout JSONWriter) {
        writer.field("abandoned", container.abandonedAt != nil)
        writer.field("abandoned_at", container.abandonedAt)
        writer.field("changed_at", container.version == 0 ? nil : container.changedAt)
        writer.field("code", type.code)
        writer.array("lines") { writer in
            for line in container.lines { write(line, &writer) }
        }
        writer.field("name", type.name)
        writer.field("quantity", container.quantity)
        writer.field("since", container.filledAt)
        writer.key("total")
        writer.raw(container.total.description)
        writer.field("version", container.version)
    }

    private static func write(_ line: ContainerLine, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("added_at", line.addedAt)
            writer.field("changed_at", line.changedAt)
            writer.key("context")
            if let context = line.context { writer.raw(context) } else { writer.null() }
            writer.field("price", line.price)
            writer.field("product", line.product)
            writer.field("quantity", line.quantity)
            writer.key("sum")
            if let sum = line.sum { writer.raw(sum.description) } else { writer.null() }
        }
    }
}
