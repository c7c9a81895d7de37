-- Receipts, which belong to their customer as orders do.

CREATE TABLE receipt (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    order_id BIGINT,
    date_ms BIGINT NOT NULL,
    value_e4 BIGINT NOT NULL,
    number TEXT,
    sum_e4 BIGINT,
    unit TEXT,
    card TEXT,
    metadata TEXT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    reported_ms BIGINT,
    deleted_ms BIGINT,
    PRIMARY KEY (bucket, id)
);

CREATE INDEX receipt_customer ON receipt (bucket, customer_id, date_ms);

CREATE INDEX receipt_order ON receipt (bucket, order_id) WHERE order_id IS NOT NULL;

CREATE INDEX receipt_number ON receipt (number) WHERE number IS NOT NULL;

CREATE INDEX receipt_deleted ON receipt (deleted_ms) WHERE deleted_ms IS NOT NULL;

CREATE TABLE receipt_key (
    bucket BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    receipt_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, external_id)
);

CREATE TABLE receipt_line (
    bucket BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    product_external_id TEXT,
    cnt_e6 BIGINT,
    price_e4 BIGINT,
    sum_e4 BIGINT,
    discount_e4 BIGINT,
    PRIMARY KEY (bucket, receipt_id, position)
);

-- Append-only. One row a field; seq counts within the receipt.
CREATE TABLE receipt_change (
    bucket BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    field TEXT NOT NULL,
    from_value TEXT,
    to_value TEXT,
    happened_ms BIGINT NOT NULL,
    arrived_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (bucket, receipt_id, seq)
);

-- A customer has a row once there was a receipt.
CREATE TABLE receipt_figures (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    receipt_count BIGINT NOT NULL,
    total_e4 BIGINT NOT NULL,
    first_ms BIGINT,
    last_ms BIGINT,
    PRIMARY KEY (bucket, customer_id)
);

ALTER TABLE event ADD COLUMN receipt_id BIGINT;

-- Categories of products: reference rows, the same on every shard.

CREATE TABLE category (
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL UNIQUE,
    name TEXT,
    name_folded TEXT,
    parent_external_id TEXT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX category_parent ON category (parent_external_id) WHERE parent_external_id IS NOT NULL;

CREATE INDEX product_category ON product (category_external_id) WHERE category_external_id IS NOT NULL;

-- Products are listed by name.
CREATE INDEX product_name ON product (name_folded, id);
