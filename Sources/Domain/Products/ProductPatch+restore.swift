extension ProductPatch {
    /// All of a product, so that registering it brings the product back to what it is now.
    package init(restoring product: Product, _ book: FieldBook) {
        self.init(externalID: product.externalID)
        fields = FieldPatch(restoring: product.fields)
        custom = CustomPatch(restoring: product.custom, of: .product, book)
    }

    /// The description as the API takes it.
    package func text(_ book: FieldBook) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("external_id", externalID)
            writer.patch(fields)
            writer.patch(custom, book)
        }
        return writer.text
    }
}
