-- Reference tables: few rows, the same on every shard.

CREATE TABLE project (
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    inclusion_rule TEXT NOT NULL,
    create_unknown_customers BOOLEAN NOT NULL,
    create_unknown_statuses BOOLEAN NOT NULL,
    features TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE app_user (
    id BIGINT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE session (
    token_hash TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    csrf TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);

CREATE TABLE api_key (
    id BIGINT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    last_used_ms BIGINT,
    expires_ms BIGINT,
    revoked_ms BIGINT,
    PRIMARY KEY (id)
);

CREATE TABLE order_status (
    id BIGINT NOT NULL,
    type TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    include_in_analytics BOOLEAN NOT NULL,
    color TEXT NOT NULL,
    position BIGINT NOT NULL,
    is_archived BOOLEAN NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX order_status_code ON order_status (type, code);

CREATE TABLE product (
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL UNIQUE,
    name TEXT,
    name_folded TEXT,
    sku TEXT,
    category_external_id TEXT,
    price_e4 BIGINT,
    url TEXT,
    image_url TEXT,
    stock_e6 BIGINT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE import_run (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    items_done BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    PRIMARY KEY (id)
);

-- A customer and all that is a customer's, together under the customer's bucket.

CREATE TABLE customer (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    first_name TEXT,
    last_name TEXT,
    middle_name TEXT,
    birth_date TEXT,
    gender TEXT,
    country TEXT,
    city TEXT,
    locale TEXT,
    time_zone TEXT,
    registered_ms BIGINT,
    email_consent TEXT,
    sms_consent TEXT,
    push_consent TEXT,
    metadata TEXT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, id)
);

-- The bucket of a key table is the hash of the key: one routed read finds the owner, on any number of shards.
CREATE TABLE customer_key (
    bucket BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, external_id)
);

-- What a customer is searched by: folded words of the name, the email, the phone and the identifier.
CREATE TABLE customer_term (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (bucket, customer_id, term)
);

CREATE INDEX customer_term_term ON customer_term (term, customer_id);

CREATE TABLE customer_figures (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    order_count BIGINT NOT NULL,
    total_e4 BIGINT NOT NULL,
    items_e6 BIGINT NOT NULL,
    first_ms BIGINT,
    last_ms BIGINT,
    PRIMARY KEY (bucket, customer_id)
);

CREATE TABLE orders (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    date_ms BIGINT NOT NULL,
    general_status_id BIGINT,
    delivery_status_id BIGINT,
    payment_status_id BIGINT,
    value_e4 BIGINT NOT NULL,
    item_count_e6 BIGINT NOT NULL,
    number TEXT,
    items_cnt_e6 BIGINT,
    items_sum_e4 BIGINT,
    unit TEXT,
    actions TEXT,
    card TEXT,
    delivery_type TEXT,
    delivery_provider TEXT,
    delivery_country TEXT,
    delivery_city TEXT,
    delivery_address TEXT,
    delivery_date TEXT,
    delivery_time TEXT,
    delivery_note TEXT,
    payment_type TEXT,
    payment_provider TEXT,
    payment_total_e4 BIGINT,
    payment_cash_e4 BIGINT,
    payment_bonuses_e4 BIGINT,
    payment_delivery_e4 BIGINT,
    payment_discount_e4 BIGINT,
    metadata TEXT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    reported_ms BIGINT,
    deleted_ms BIGINT,
    PRIMARY KEY (bucket, id)
);

CREATE INDEX orders_customer ON orders (bucket, customer_id, date_ms);

CREATE INDEX orders_number ON orders (number) WHERE number IS NOT NULL;

CREATE INDEX orders_deleted ON orders (deleted_ms) WHERE deleted_ms IS NOT NULL;

CREATE TABLE order_key (
    bucket BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, external_id)
);

CREATE TABLE order_line (
    bucket BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    product_external_id TEXT,
    cnt_e6 BIGINT,
    weight_e6 BIGINT,
    sum_e4 BIGINT,
    price_e4 BIGINT,
    discount_e4 BIGINT,
    cash_sum_e4 BIGINT,
    bonus_to_card_e4 BIGINT,
    bonus_from_card_e4 BIGINT,
    PRIMARY KEY (bucket, order_id, position)
);

-- Append-only. One row a field; seq counts within the order.
CREATE TABLE order_change (
    bucket BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    field TEXT NOT NULL,
    from_value TEXT,
    to_value TEXT,
    happened_ms BIGINT NOT NULL,
    arrived_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (bucket, order_id, seq)
);

-- Append-only. seq counts within the bucket without gaps, so that a reader can tell that it has missed none.
CREATE TABLE event (
    bucket BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    order_id BIGINT,
    version BIGINT NOT NULL,
    status_type TEXT,
    from_code TEXT,
    to_code TEXT,
    happened_ms BIGINT NOT NULL,
    arrived_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    starts_campaigns BOOLEAN NOT NULL,
    PRIMARY KEY (bucket, seq)
);

CREATE TABLE bucket_seq (
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (bucket)
);
