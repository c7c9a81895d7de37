import Database
import Domain

/// The events that campaigns, webhooks and live pages follow (ARCHITECTURE.md, "Events").
package struct EventStore: Sendable {
    package init() {}

    private static let last = Statement("SELECT n FROM bucket_seq WHERE bucket = $1")

    private static let setLast = Statement(
        "INSERT INTO bucket_seq (bucket, n) VALUES ($1, $2) ON CONFLICT (bucket) DO UPDATE SET n = excluded.n",
        gathering: .puts(key: 1)
    )

    private static let insert = Statement(
        """
        INSERT INTO event (bucket, seq, kind, customer_id, order_id, version, status_type, from_code, to_code,
            happened_ms, arrived_ms, actor, channel, starts_campaigns, receipt_id, segment_id,
            container_type_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """, gathering: .adds
    )

    /// The last number of each bucket, as far as it is known.
    private final class Counters {
        /// Buckets that are asked for one by one before all are read at once.
        private static let fewLimit = 4

        private var last: [Bucket: Int64] = [:]
        private var asked = 0

        /// Takes the next `count` numbers of a bucket, and returns the one before them.
        func take(_ count: Int64, of bucket: Bucket, _ tx: Connection) throws -> Int64 {
            let n = try last(bucket, tx)
            last[bucket] = n + count
            return n
        }

        private func last(_ bucket: Bucket, _ tx: Connection) throws -> Int64 {
            if let n = last[bucket] { return n }
            asked += 1
            if asked == Self.fewLimit {
                try tx.each("SELECT bucket, n FROM bucket_seq") { row in
                    last[Bucket(rawValue: row.integer(0))] = row.integer(1)
                }
            }
            guard asked < Self.fewLimit else { return last[bucket] ?? 0 }
            return try tx.first(EventStore.last) {
                $0.bind(bucket)
            } read: {
                $0.integer(0)
            } ?? 0
        }
    }

    /// Adds events of one customer, in the transaction of the change they tell of.
    ///
    /// They are counted within the customer's bucket; in a database of one file, which one writer has to itself, all are
    /// counted in bucket 0: so they append, where 4,096 sequences would scatter them over as many pages.
    ///
    /// One writes at a time, so within a bucket the order of commits is the order of numbers.
    ///
    /// - Parameter startsCampaigns: False for history that a shop sends after the fact (spec orders.md, rule 5).
    package func append(
        _ events: [Event], at now: Instant, by origin: Origin, startsCampaigns: Bool, _ tx: Connection
    ) throws {
        guard let customer = events.first?.customer else { return }
        let bucket = tx.isSpread ? customer.bucket : Bucket.first
        var seq = try tx.remembered(Counters.init).take(Int64(events.count), of: bucket, tx)
        try tx.run(Self.setLast) { binder in
            binder.bind(bucket)
            binder.bind(seq + Int64(events.count))
        }
        for event in events {
            seq += 1
            try tx.run(Self.insert) { binder in
                binder.bind(bucket)
                binder.bind(seq)
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
                binder.bind(event.segment)
                binder.bind(event.container)
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
