extension ContainerLinePatch {
    /// Reads the attributes of a line.
    ///
    /// - Parameters:
    ///   - known: The product of the path, where the body may leave it out.
    ///   - isPartial: Whether null and "" clear what is there; of a whole line they are nothing said.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", product known: String? = nil,
        isPartial: Bool = false, _ reading: ReadingContext
    ) throws -> ContainerLinePatch {
        var attributes = AttributeDecoder(base: base, context: reading)
        var (patch, product) = (ContainerLinePatch(product: known ?? ""), known)
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "product":
                let text = try attributes.requiredText("product", limit: FieldType.identifierLimit, &reader)
                if let known, let text, text != known {
                    attributes.refuse("product", Refusal("fixed", "This differs from the address."))
                }
                product = text ?? product
            case "quantity":
                if case .set(.quantity(let quantity)) = try attributes.value(of: .quantity, "quantity", &reader) {
                    patch.quantity = quantity
                }
            case "price":
                switch try attributes.value(of: .money(atLeastZero: true), "price", &reader) {
                case .set(.money(let price)): patch.price = price
                case .clear: patch.clearsPrice = isPartial
                default: break
                }
            case "context":
                patch.context = try attributes.context(&reader)
                patch.clearsContext = isPartial && patch.context == nil
            // What answers carry beside may be sent back.
            case "added_at", "changed_at", "sum": try reader.skip()
            default: try attributes.unknown(key, &reader)
            }
        }
        attributes.require("product", product)
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        patch.product = product ?? ""
        return patch
    }
}

extension AttributeDecoder {
    /// Reads any JSON, kept as it is written; null is none.
    fileprivate mutating func context(_ reader: inout JSONReader) throws -> String? {
        let kind = try reader.peek()
        let text = try reader.raw()
        guard kind != .null else { return nil }
        guard text.utf8.count <= ContainerLine.contextLimit else {
            refuse("context", Refusal("too_long", "This is larger than 32 KB."))
            return nil
        }
        return text
    }
}

/// The whole contents of a container as the API takes them: `{"lines": [LINE, …]}`.
package struct ContainerContentsAttributes: Hashable, Sendable {
    package var lines: [ContainerLinePatch]

    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong, also a product that stands twice.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ reading: ReadingContext
    ) throws -> ContainerContentsAttributes {
        var attributes = AttributeDecoder(base: base, context: reading)
        var lines: [ContainerLinePatch] = []
        let seen = try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "lines":
                guard try reader.peek() == .array else {
                    attributes.refuse("lines", Refusal("not_a_list", "This must be a list of lines."))
                    return try reader.skip()
                }
                try attributes.read(&lines, &reader, reading)
            // What answers carry beside may be sent back.
            case "abandoned", "abandoned_at", "changed_at", "code", "name", "quantity", "since", "total", "version":
                try reader.skip()
            default: try attributes.unknown(key, &reader)
            }
        }
        if !seen.contains("lines") { attributes.refuse("lines", Refusal("required", "This is required.")) }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return ContainerContentsAttributes(lines: lines)
    }
}

extension AttributeDecoder {
    /// Reads the lines of a container.
    fileprivate mutating func read(
        _ lines: inout [ContainerLinePatch], _ reader: inout JSONReader, _ reading: ReadingContext
    ) throws {
        var products: Set<String> = []
        var (found, refused): ([ContainerLinePatch], [Fault]) = ([], [])
        let base = base
        try reader.array { reader, index in
            do {
                let line = try ContainerLinePatch.decode(&reader, base: "\(base)/lines/\(index)", reading)
                if !products.insert(line.product).inserted {
                    let detail = "This product stands twice: say its quantity in one line."
                    refused.append(Fault("\(base)/lines/\(index)/product", "duplicate_product", detail))
                }
                found.append(line)
            } catch let faults as Faults {
                refused += faults.all
            }
        }
        if found.count > Container.lineLimit {
            let limit = Container.lineLimit
            let detail = "A container holds at most \(limit) products: send the \(limit) that count."
            refused.append(Fault("\(base)/lines", "too_many_lines", detail))
        }
        faults += refused.prefix(100)
        lines = found
    }
}
