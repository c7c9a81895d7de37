import Database

/// Indexes by which condition trees find rows on PostgreSQL, made where the database is to answer them.
///
/// Everywhere else memory answers, and writes need not pay for indexes that fill at random. On SQLite an index on a function
/// of the program's would keep other programs from the file as well.
package enum SegmentIndexes {
    private static let postgres = """
        CREATE INDEX IF NOT EXISTS customer_external_id_folded ON customer (folded(external_id));
        CREATE INDEX IF NOT EXISTS customer_email_folded ON customer (folded(email)) WHERE email IS NOT NULL;
        CREATE INDEX IF NOT EXISTS customer_phone_folded ON customer (folded(phone)) WHERE phone IS NOT NULL;
        CREATE INDEX IF NOT EXISTS customer_city_folded ON customer (folded(city)) WHERE city IS NOT NULL;
        CREATE INDEX IF NOT EXISTS customer_value_folded ON customer_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX IF NOT EXISTS order_value_folded ON order_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX IF NOT EXISTS order_line_value_folded ON order_line_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX IF NOT EXISTS receipt_value_folded ON receipt_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX IF NOT EXISTS receipt_line_value_folded ON receipt_line_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX IF NOT EXISTS order_line_product_folded ON order_line (folded(product_external_id))
            WHERE product_external_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS receipt_line_product_folded ON receipt_line (folded(product_external_id))
            WHERE product_external_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS orders_in_time ON orders (bucket, customer_id, date_ms, id) WHERE deleted_ms IS NULL;
        CREATE INDEX IF NOT EXISTS receipt_in_time ON receipt (bucket, customer_id, date_ms, id) WHERE deleted_ms IS NULL;
        CREATE INDEX IF NOT EXISTS orders_date ON orders USING brin (date_ms);
        CREATE INDEX IF NOT EXISTS receipt_date ON receipt USING brin (date_ms);
        CREATE INDEX IF NOT EXISTS order_change_status ON order_change (bucket, order_id, field, happened_ms, seq, to_value)
            WHERE field IN ('status_code', 'delivery.status_code', 'payment.status_code');
        """

    /// Makes those that are not there; what writes to these tables waits meanwhile, which on a large table is minutes, once.
    package static func make(_ tx: Connection) throws { try tx.script(postgres) }
}
