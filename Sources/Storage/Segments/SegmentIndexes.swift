/// Indexes by which condition trees find rows on PostgreSQL, made where the database is to answer them.
///
/// Everywhere else memory answers, and writes need not pay for indexes that fill at random. On SQLite an index on a function
/// of the program's would keep other programs from the file as well.
package enum SegmentIndexes {
    package static let postgres = """
        CREATE INDEX customer_external_id_folded ON customer (folded(external_id));
        CREATE INDEX customer_email_folded ON customer (folded(email)) WHERE email IS NOT NULL;
        CREATE INDEX customer_phone_folded ON customer (folded(phone)) WHERE phone IS NOT NULL;
        CREATE INDEX customer_city_folded ON customer (folded(city)) WHERE city IS NOT NULL;
        CREATE INDEX customer_value_folded ON customer_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX order_value_folded ON order_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX order_line_value_folded ON order_line_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX receipt_value_folded ON receipt_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX receipt_line_value_folded ON receipt_line_value (field_id, folded(text)) WHERE length(text) <= 255;
        CREATE INDEX order_line_product_folded ON order_line (folded(product_external_id))
            WHERE product_external_id IS NOT NULL;
        CREATE INDEX receipt_line_product_folded ON receipt_line (folded(product_external_id))
            WHERE product_external_id IS NOT NULL;
        CREATE INDEX orders_in_time ON orders (bucket, customer_id, date_ms, id) WHERE deleted_ms IS NULL;
        CREATE INDEX receipt_in_time ON receipt (bucket, customer_id, date_ms, id) WHERE deleted_ms IS NULL;
        CREATE INDEX orders_date ON orders USING brin (date_ms);
        CREATE INDEX receipt_date ON receipt USING brin (date_ms);
        CREATE INDEX order_change_status ON order_change (bucket, order_id, field, happened_ms, seq, to_value)
            WHERE field IN ('status_code', 'delivery.status_code', 'payment.status_code');
        """
}
