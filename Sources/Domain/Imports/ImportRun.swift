/// An import, and how far it has come: written with each batch, so that it can go on where it stopped.
package struct ImportRun: Hashable, Sendable {
    package typealias ID = Identifier<ImportRun>

    package enum State: String, CaseIterable, Hashable, Sendable {
        /// The file was sent, and somebody is to say how it is read.
        case draft
        case queued, running
        /// A dry run has ended; the import itself can be started.
        case checked
        case done, failed, cancelled
        /// A command was broken off; it goes on when it is given again.
        case stopped
        case undoing, undone

        /// Whether a worker has something to do.
        package var isOpen: Bool { self == .queued || self == .running || self == .undoing }

        /// Whether it waits for a person to start it.
        package var canStart: Bool { self == .draft || self == .checked }

        /// Whether what it did can be undone.
        package var canUndo: Bool { [.done, .failed, .cancelled, .stopped].contains(self) }
    }

    package var id: ID
    package var kind: String
    /// The files, for a person.
    package var source: String
    /// Tells the same files again from changed ones.
    package var fingerprint: String
    package var state = State.running
    /// Who asked for it: a key's name or a user's email; empty for a command.
    package var actor = ""
    package var request = ImportRequest()
    /// Who works on it, by a name for this time; empty before anybody did, and for a command.
    package var holder = ""
    /// The name of the file that was sent; nil for a command, and once the file is gone.
    package var upload: String?
    package var itemsDone: Int64 = 0
    package var created: Int64 = 0
    package var updated: Int64 = 0
    package var unchanged: Int64 = 0
    package var refused: Int64 = 0
    package var bytesDone: Int64 = 0
    package var bytesTotal: Int64 = 0
    /// Why it failed, in a sentence.
    package var reason: String?
    /// The first line of a CSV, which begins a file of refused rows too.
    package var header: String?
    /// What a dry run found.
    package var findings: ImportFindings?
    package var undone = Undone()
    package var startedAt: Instant
    package var finishedAt: Instant?

    /// How far an undoing has come.
    package struct Undone: Hashable, Sendable {
        /// Of orders, the created one that was looked at last; -1 once all were.
        package var place: Int64 = 0
        package var deleted: Int64 = 0
        package var restored: Int64 = 0
        package var left: Int64 = 0

        package init() {}
    }

    package init(id: ID, kind: String, source: String, fingerprint: String, startedAt: Instant) {
        (self.id, self.kind, self.source) = (id, kind, source)
        (self.fingerprint, self.startedAt) = (fingerprint, startedAt)
    }

    /// Who stands in history for what it changes: it names the run, so that the run can be undone.
    package var origin: Origin {
        isStatusChange
            ? Origin(actor: "\(actor) (change \(id.rawValue))", channel: .screen)
            : Origin(actor: "\(source) (import \(id.rawValue))", channel: .import)
    }

    /// Whether a person gives many orders a status by it, instead of bringing a file.
    package var isStatusChange: Bool { request.statusChange != nil }
}

/// How an import reads its file.
package struct ImportRequest: Codable, Hashable, Sendable {
    /// The paths of columns by their names, `""` for one that is left out; empty to guess.
    package var columns: [String: String] = [:]
    /// Whether decimals are written `12,50`.
    package var hasDecimalComma = false
    /// False for history, which starts no campaigns.
    package var startsCampaigns = true
    /// Whether nothing is to be kept.
    package var isDryRun = false
    /// The audience that each customer of the file is put into, by its code.
    package var audience: String?
    /// The status that each order of the file gets, where a person changes many at once instead of bringing a file.
    package var statusChange: StatusChange?

    package init() {}
}

/// What a dry run found, beside its counts: examples of what would be done.
package struct ImportFindings: Codable, Hashable, Sendable {
    package struct Example: Codable, Hashable, Sendable {
        package struct Change: Codable, Hashable, Sendable {
            package var field: String
            package var from: String?
            package var to: String?
        }

        package var externalID: String
        package var changes: [Change]
    }

    /// What would be made.
    package var created: [String] = []
    /// What would change, with what of it.
    package var changed: [Example] = []

    package static let limit = 20
    private static let changeLimit = 12
    private static let textLimit = 200

    package init() {}

    /// Notes something that would be made.
    package mutating func note(created externalID: String) {
        if created.count < Self.limit { created.append(externalID) }
    }

    /// Notes something that would change.
    package mutating func note(changed externalID: String, _ changes: [OrderChange]) {
        guard changed.count < Self.limit else { return }
        func short(_ text: String?) -> String? { text.map { String($0.prefix(Self.textLimit)) } }
        changed.append(
            Example(
                externalID: externalID,
                changes: changes.prefix(Self.changeLimit).map {
                    Example.Change(field: $0.field, from: short($0.from), to: short($0.to))
                }
            )
        )
    }
}

/// A row that an import refused, as it is kept.
package struct RefusedItem: Hashable, Sendable {
    /// Which item of the import it was, from 1.
    package var item: Int64
    package var line: Int64
    package var reason: String
    /// The row as it stands in the file.
    package var raw: String

    package init(item: Int64, line: Int64, reason: String, raw: String) {
        (self.item, self.line, self.reason, self.raw) = (item, line, reason, raw)
    }
}
