extension TrackedEventCall {
    /// What is told of something that happened to a container; its context says which container, and what of the product.
    package init(_ happening: ContainerRules.Happening, in type: ContainerType) {
        let (name, line): (String, ContainerLine?) =
            switch happening {
            case .added(let line): ("container_item_added", line)
            case .removed(let line): ("container_item_removed", line)
            case .changed(let line): ("container_item_changed", line)
            case .cleared: ("container_cleared", nil)
            }
        var writer = JSONWriter(capacity: 128)
        writer.object { writer in
            writer.field("container", type.code)
            if case .cleared(let lines, let cause) = happening {
                writer.field("lines", Int64(lines))
                // What the customer did needs no reason.
                if cause != .customer { writer.field("reason", cause.rawValue) }
            }
            if let line {
                if line.price != nil { writer.field("price", line.price) }
                writer.field("product", line.product)
                writer.field("quantity", line.quantity)
            }
        }
        self.init(name, subject: line?.product, context: writer.text)
    }
}
