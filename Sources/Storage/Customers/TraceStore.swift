import Database
import Domain

/// Copies of what somebody sent or was told, kept for a while beside the facts: finds those that speak of one person.
package struct TraceStore: Sendable {
    package init() {}

    /// What a person is known by, to look for in texts; held in memory only.
    package struct Words: Sendable {
        let identifiers: [String]
        let email: String?
        /// The phone's digits; a shop may have spaced them.
        let phone: String?
        /// The person's identifiers as answers of the API write them.
        let inAnswers: [String]

        /// - Parameter externalIDs: What the shop calls the person, names from before a merge among them.
        package init(_ customer: Customer, externalIDs: [String]) {
            identifiers = externalIDs
            email = customer.fields.text(.email)?.lowercased()
            phone = customer.fields.text(.phone)?.filter(\.isNumber)
            inAnswers = externalIDs.map { id in
                var writer = JSONWriter()
                writer.value(id)
                return "external_id\":\(writer.text)"
            }
        }

        /// Whether a row that a shop sent speaks of the person: an address anywhere, an identifier as a word of its own.
        func speaks(_ text: String) -> Bool {
            if let email, text.lowercased().contains(email) { return true }
            if let phone, text.filter(\.isNumber).contains(phone) { return true }
            return identifiers.contains { Self.holds(text, word: $0) }
        }

        private static func holds(_ text: String, word: String) -> Bool {
            text.ranges(of: word).contains { range in
                let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
                let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
                return !before.isLetter && !before.isNumber && !after.isLetter && !after.isNumber
            }
        }
    }

    /// What was found, by the keys of its rows.
    package struct Found: Sendable {
        package var refusedRows: [(run: Int64, item: Int64)] = []
        package var refusedMessages: [Int64] = []
        package var answers: [(bucket: Int64, key: String, apiKey: Int64)] = []
        package var messages: [WebhookDelivery.ID] = []
        package var refusedEvents: [Int64] = []

        package var isEmpty: Bool {
            refusedRows.isEmpty && refusedMessages.isEmpty && answers.isEmpty && messages.isEmpty
                && refusedEvents.isEmpty
        }
    }

    /// Looks through all that is kept: for the background only.
    package func find(_ words: Words, customers: [Customer.ID], _ tx: Connection) throws -> Found {
        var found = Found()
        let rows = try tx.rows("SELECT run_id, item, raw, reason FROM import_refused") { row in
            (run: row.integer(0), item: row.integer(1), isOf: words.speaks(row.text(2)) || words.speaks(row.text(3)))
        }
        found.refusedRows = rows.filter(\.isOf).map { ($0.run, $0.item) }
        found.refusedMessages = try tx.rows("SELECT id, body, reason FROM shop_refusal") { row in
            (id: row.integer(0), isOf: words.speaks(row.text(1)) || words.speaks(row.text(2)))
        }.filter(\.isOf).map(\.id)
        found.refusedEvents = try tx.rows("SELECT id, sample, reason FROM tracked_refusal") { row in
            (id: row.integer(0), isOf: words.speaks(row.text(1)) || words.speaks(row.text(2)))
        }.filter(\.isOf).map(\.id)
        for needle in words.inAnswers {
            found.answers += try tx.rows(
                """
                SELECT bucket, idempotency_key, api_key_id FROM idempotent_request
                WHERE body LIKE \("%" + Self.escaped(needle) + "%") ESCAPE '!'
                """
            ) { ($0.integer(0), $0.text(1), $0.integer(2)) }
        }
        for customer in customers {
            found.messages += try tx.rows(
                "SELECT id FROM webhook_delivery WHERE customer_id = \(customer.rawValue)"
            ) { $0.id(0) }
        }
        return found
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
    }

    /// Removes what was found; of a repeated write stays that it was done, and not what was answered.
    package func remove(_ found: Found, at now: Instant, _ tx: Connection) throws {
        for row in found.refusedRows {
            try tx.run("DELETE FROM import_refused WHERE run_id = \(row.run) AND item = \(row.item)")
        }
        for id in found.refusedMessages { try tx.run("DELETE FROM shop_refusal WHERE id = \(id)") }
        for id in found.refusedEvents { try tx.run("DELETE FROM tracked_refusal WHERE id = \(id)") }
        for answer in found.answers {
            try tx.run(
                """
                UPDATE idempotent_request SET status = NULL, headers = NULL, body = NULL
                WHERE bucket = \(answer.bucket) AND idempotency_key = \(answer.key) AND api_key_id = \(answer.apiKey)
                """
            )
        }
        try WebhookDeliveryStore().remove(found.messages, at: now, tx)
    }
}
