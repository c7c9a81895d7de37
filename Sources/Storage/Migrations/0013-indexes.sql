-- Rows that were found by reading a whole table.

CREATE INDEX session_of_user ON session (user_id);

CREATE INDEX session_expires ON session (expires_ms);

CREATE INDEX shop_refusal_received ON shop_refusal (received_ms);

-- What is told of a person, for erasing it.
CREATE INDEX webhook_delivery_customer ON webhook_delivery (customer_id) WHERE customer_id IS NOT NULL;

-- What an import made, for undoing it.
CREATE INDEX order_change_imported ON order_change (actor, order_id) WHERE field = 'created' AND channel = 'import';

-- Identifiers that begin with what is searched for; in a file they are the key itself, without the bucket.
-- Servers only.
CREATE INDEX order_key_external ON order_key (external_id);

-- Servers only.
CREATE INDEX receipt_key_external ON receipt_key (external_id);

-- Servers only.
CREATE INDEX customer_key_external ON customer_key (external_id);
