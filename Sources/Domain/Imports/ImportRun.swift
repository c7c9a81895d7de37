/// How far an import has come: written with each batch, so that it can go on where it stopped.
package struct ImportRun: Hashable, Sendable {
    package typealias ID = Identifier<ImportRun>

    package var id: ID
    package var kind: String
    /// The files, for a person.
    package var source: String
    /// Tells the same files again from changed ones.
    package var fingerprint: String
    package var itemsDone: Int64 = 0
    package var created: Int64 = 0
    package var updated: Int64 = 0
    package var unchanged: Int64 = 0
    package var refused: Int64 = 0
    package var startedAt: Instant
    package var finishedAt: Instant?

    package init(id: ID, kind: String, source: String, fingerprint: String, startedAt: Instant) {
        (self.id, self.kind, self.source) = (id, kind, source)
        (self.fingerprint, self.startedAt) = (fingerprint, startedAt)
    }
}
