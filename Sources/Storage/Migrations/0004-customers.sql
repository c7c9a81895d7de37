-- The name of the customer that the key leads to, where it is another one: what a merged customer was called.
ALTER TABLE customer_key ADD COLUMN alias_of TEXT;

-- Set once a person's data was erased: the row then holds nothing but the orders together.
ALTER TABLE customer ADD COLUMN erased_ms BIGINT;

-- What changed in profiles. Append-only, but that an erasure takes a person's rows. One row a field; seq counts within
-- the customer.
CREATE TABLE customer_change (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    field TEXT NOT NULL,
    from_value TEXT,
    to_value TEXT,
    happened_ms BIGINT NOT NULL,
    arrived_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (bucket, customer_id, seq)
);

-- Who became part of whom. Facts that stay where they were written (events) name merged_id, and are the customer's.
CREATE TABLE customer_merge (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    merged_id BIGINT NOT NULL,
    merged_external_id TEXT NOT NULL,
    orders_moved BIGINT NOT NULL,
    happened_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (bucket, customer_id, merged_id)
);

-- Persons that were erased: that it was done, and nothing of them. after_id is how far the orders are done.
CREATE TABLE erasure (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    orders_done BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (bucket, id)
);

CREATE INDEX erasure_unfinished ON erasure (started_ms) WHERE finished_ms IS NULL;
