/// What an import did to a receipt, customer or product, kept for it to be undone.
package struct ImportTrace: Codable, Hashable, Sendable {
    /// Its description as it was before, as the API takes it; nil where the import made it.
    package var before: String?
    /// Which one it is: another may come to have its name.
    package var id: Int64
    /// Its version once the import had written it: another one now means that somebody wrote since.
    package var version: Int64

    /// The audience that the import put a customer into, by its code.
    package var audience: String?

    package init(before: String?, id: Int64, version: Int64) {
        (self.before, self.id, self.version) = (before, id, version)
    }

    /// The trace as it is kept, in JSON.
    package var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            if let audience { writer.field("audience", audience) }
            if let before { writer.field("before", before) }
            writer.field("id", id)
            writer.field("version", version)
        }
        return writer.text
    }
}
