extension ContainerLinePatch {
    /// Reads a line as pages and apps tell of it; nil without a product.
    ///
    /// The product is `product`, or what the Segment convention calls it. A count or a price that is none is not said.
    ///
    /// - Parameter isWhole: Whether the line itself is its context, and not its member `context`.
    /// - Throws: `Refusal` for a product that cannot be one.
    init?(_ reader: inout JSONReader, isWhole: Bool = false) throws {
        guard try reader.peek() == .object else {
            try reader.skip()
            return nil
        }
        var products: [String?] = Array(repeating: nil, count: 4)
        var line = ContainerLinePatch(product: "")
        try reader.object { reader, key in
            switch key {
            case "product": products[0] = try reader.name()
            case "product_id", "productId": products[1] = try reader.name()
            case "id": products[2] = try reader.name()
            case "sku": products[3] = try reader.name()
            case "quantity": line.quantity = try ShopJSON(&reader).quantity
            case "price": line.price = try ShopJSON(&reader).money.flatMap { $0 < .zero ? nil : $0 }
            case "context" where !isWhole: line.context = try reader.rawValue()
            default: try reader.skip()
            }
        }
        guard let product = products.lazy.compactMap({ $0 }).first else { return nil }
        line.product = product
        self = line
    }

    /// Reads a line from its text.
    init?(_ text: String, isWhole: Bool = false) throws {
        let line = try JSONReader.read(text.utf8) { try ContainerLinePatch(&$0, isWhole: isWhole) }
        guard var line else { return nil }
        if isWhole { line.context = text }
        self = line
    }

    /// Reads the lines of a container; of what names no product nothing is told.
    ///
    /// - Throws: `Refusal` where there are too many.
    static func list(_ texts: [String], isWhole: Bool = false) throws -> [ContainerLinePatch] {
        guard texts.count <= OrderLinePatch.limit else {
            throw Refusal("too_many", "There may be at most \(OrderLinePatch.limit) lines.")
        }
        return try texts.compactMap { try ContainerLinePatch($0, isWhole: isWhole) }
    }
}
