import Database
import Domain

/// The events that campaigns, webhooks and live pages follow (ARCHITECTURE.md, "Events").
package struct EventStore: Sendable {
    package init() {}

    private static let advance = Statement(
        """
        INSERT INTO bucket_seq (bucket, n) VALUES ($1, $2)
        ON CONFLICT (bucket) DO UPDATE SET n = bucket_seq.n + excluded.n
        """
    )

    /// Takes the number from the counter, so that no answer has to be waited for.
    private static let insert = Statement(
        """
        INSERT INTO event (bucket, seq, kind, customer_id, order_id, version, status_type, from_code, to_code,
            happened_ms, arrived_ms, actor, channel, starts_campaigns, receipt_id)
        SELECT $1, n - $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM bucket_seq WHERE bucket = $1
        """
    )

    /// Adds events of one customer, in the transaction of the change they tell of.
    ///
    /// They are counted within the customer's bucket; in a database of one file, which one writer has to itself, all are
    /// counted in bucket 0: so they append, where 4,096 sequences would scatter them over as many pages.
    ///
    /// The counter's row is taken first, so that within a bucket the order of commits is the order of numbers.
    ///
    /// - Parameter startsCampaigns: False for history that a shop sends after the fact (spec orders.md, rule 5).
    package func append(
        _ events: [Event], at now: Instant, by origin: Origin, startsCampaigns: Bool, _ tx: Connection
    ) throws {
        guard let customer = events.first?.customer else { return }
        let bucket = tx.isSpread ? customer.bucket : Bucket.first
        try tx.run(Self.advance) { binder in
            binder.bind(bucket)
            binder.bind(Int64(events.count))
        }
        for (offset, event) in events.enumerated() {
            try tx.run(Self.insert) { binder in
                binder.bind(bucket)
                binder.bind(Int64(events.count - 1 - offset))
                binder.bind(event.kind.rawValue)
                binder.bind(event.customer)
                binder.bind(event.order)
                binder.bind(event.version)
                binder.bind(event.transition?.type.rawValue)
                binder.bind(event.transition?.from)
                binder.bind(event.transition?.to)
                binder.bind(event.happenedAt)
                binder.bind(now)
                binder.bind(origin.actor)
                binder.bind(origin.channel.rawValue)
                binder.bind(startsCampaigns)
                binder.bind(event.receipt)
            }
        }
    }

    /// A customer's events, oldest first.
    ///
    /// Reads all events that are counted together with theirs, in one file all there are: for the background only.
    package func all(of customer: Customer.ID, _ tx: Connection) throws -> [RecordedEvent] {
        let bucket = tx.isSpread ? customer.bucket : Bucket.first
        return try tx.rows(
            """
            SELECT kind, order_id, version, status_type, from_code, to_code, happened_ms, arrived_ms, actor, channel, seq
            FROM event
            WHERE bucket = \(bucket.rawValue) AND customer_id = \(customer.rawValue) ORDER BY seq
            """
        ) { row -> RecordedEvent? in
            guard let kind = Event.Kind(rawValue: row.text(0)) else { return nil }
            let transition = row.optionalText(3).flatMap(OrderStatusType.init).map {
                StatusTransition(type: $0, from: row.optionalText(4), to: row.optionalText(5))
            }
            return RecordedEvent(
                event: Event(
                    kind, customer: customer, order: row.optionalID(1), version: row.integer(2),
                    happenedAt: row.instant(6), transition: transition
                ),
                seq: row.integer(10), arrivedAt: row.instant(7),
                origin: Origin(actor: row.text(8), channel: Origin.Channel(rawValue: row.text(9)) ?? .api)
            )
        }.compactMap { $0 }
    }
}
