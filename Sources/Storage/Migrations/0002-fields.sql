-- Fields that the shop made for itself (ARCHITECTURE.md, "Custom fields"). Reference tables.

CREATE TABLE field (
    id BIGINT NOT NULL,
    object TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    group_name TEXT NOT NULL,
    description TEXT NOT NULL,
    is_required BOOLEAN NOT NULL,
    default_value TEXT,
    choices TEXT NOT NULL,
    minimum BIGINT,
    maximum BIGINT,
    metadata_path TEXT,
    position BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- The object after which values are still to be taken from metadata; NULL when that is done.
    fill_after BIGINT,
    -- Since when the field is gone; its row goes once its values are removed.
    deleted_ms BIGINT,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX field_code ON field (object, code) WHERE deleted_ms IS NULL;

-- What a profile shows of an object, where somebody chose; codes of fields, separated by commas.
CREATE TABLE profile_view (
    object TEXT NOT NULL,
    codes TEXT NOT NULL,
    PRIMARY KEY (object)
);

-- Values: a row each, choices a row for each that is chosen. Numbers, flags, dates and moments are in number, all else
-- in text. Each row is in one of its table's three indexes, which find the objects that have a value: texts that are
-- too long for an index are told apart by their rows.

CREATE TABLE customer_value (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, customer_id, field_id, position)
);

CREATE INDEX customer_value_number ON customer_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX customer_value_text ON customer_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX customer_value_long ON customer_value (field_id) WHERE length(text) > 255;

CREATE TABLE order_value (
    bucket BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, order_id, field_id, position)
);

CREATE INDEX order_value_number ON order_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX order_value_text ON order_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX order_value_long ON order_value (field_id) WHERE length(text) > 255;

CREATE TABLE order_line_value (
    bucket BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, order_id, line, field_id, position)
);

CREATE INDEX order_line_value_number ON order_line_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX order_line_value_text ON order_line_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX order_line_value_long ON order_line_value (field_id) WHERE length(text) > 255;

CREATE TABLE receipt_value (
    bucket BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, receipt_id, field_id, position)
);

CREATE INDEX receipt_value_number ON receipt_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX receipt_value_text ON receipt_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX receipt_value_long ON receipt_value (field_id) WHERE length(text) > 255;

CREATE TABLE receipt_line_value (
    bucket BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, receipt_id, line, field_id, position)
);

CREATE INDEX receipt_line_value_number ON receipt_line_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX receipt_line_value_text ON receipt_line_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX receipt_line_value_long ON receipt_line_value (field_id) WHERE length(text) > 255;

CREATE TABLE product_value (
    bucket BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT,
    text TEXT,
    PRIMARY KEY (bucket, product_id, field_id, position)
);

CREATE INDEX product_value_number ON product_value (field_id, number) WHERE number IS NOT NULL;

CREATE INDEX product_value_text ON product_value (field_id, text) WHERE length(text) <= 255;

CREATE INDEX product_value_long ON product_value (field_id) WHERE length(text) > 255;
