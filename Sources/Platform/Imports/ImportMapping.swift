import Domain

/// How several CSV files make orders, receipts, customers or products: a YAML file of an engineer's (Docs/importing.md).
package struct ImportMapping: Sendable {
    /// The mapping's own file, as it was named.
    package let name: String
    /// The file with a row for each thing that is made; it is read as a stream.
    package let file: String
    /// What is made: the section that is there says it.
    package var kind: ImportKind { recipe.kind }

    let joinedFiles: [JoinedFile]
    /// Whether decimals are written with a comma: `12,50`.
    let hasDecimalComma: Bool
    let recipe: ImportRecipe<ColumnName>

    /// A column as the mapping names it, and the line it is named on.
    struct ColumnName: Hashable, Sendable {
        var text: String
        var line: Int?
    }

    /// A file whose rows belong to the main file's rows by a key; it is held in memory.
    struct JoinedFile: Sendable {
        var name: String
        var file: String
        /// The column of this file that holds the key.
        var key: ColumnName
        /// The column of the main file that holds it.
        var to: ColumnName
    }

    init(
        name: String, file: String, joinedFiles: [JoinedFile], hasDecimalComma: Bool, recipe: ImportRecipe<ColumnName>
    ) {
        (self.name, self.file, self.joinedFiles) = (name, file, joinedFiles)
        (self.hasDecimalComma, self.recipe) = (hasDecimalComma, recipe)
    }
}
