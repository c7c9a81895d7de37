/// An export that was asked for, and how far it has come.
package struct ExportRun: Hashable, Sendable {
    package typealias ID = Identifier<ExportRun>

    package enum State: String, CaseIterable, Hashable, Sendable {
        case queued, running, done, failed, cancelled
        /// The time of the file is over, and it is gone.
        case expired

        /// Whether nothing more will happen, but that a file goes.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    package var id: ID
    package var request: ExportRequest
    /// Who asked for it: a key's name or a user's email.
    package var actor: String
    package var state = State.queued
    package var rowsDone: Int64 = 0
    /// How many rows there are to be; 0 while they were not counted.
    package var rowsTotal: Int64 = 0
    /// The size of the file.
    package var bytes: Int64 = 0
    /// Why it failed, in a sentence.
    package var reason: String?
    /// Who works on it, by a name for this time; empty before anybody did.
    package var holder = ""
    /// The file's name in the database; nil where it lies in the data directory.
    package var file: String?
    /// What the link to the file carries, which nobody can guess.
    package var token: String
    package var createdAt: Instant
    package var finishedAt: Instant?
    /// When the file goes.
    package var expiresAt: Instant?

    package init(id: ID, request: ExportRequest, actor: String, token: String, createdAt: Instant) {
        (self.id, self.request, self.actor) = (id, request, actor)
        (self.token, self.createdAt) = (token, createdAt)
    }

    /// The name that the file is given where it is saved.
    package var fileName: String {
        "\(request.object.rawValue)-\(CivilTime(utcMilliseconds: createdAt.milliseconds).dayText).\(request.format)"
    }
}
