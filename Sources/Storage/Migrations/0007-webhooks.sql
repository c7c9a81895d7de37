-- Who is told of events. Few rows, the same on every shard.
CREATE TABLE webhook (
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    secret TEXT NOT NULL,
    has_voucherify_signature BOOLEAN NOT NULL,
    is_paused BOOLEAN NOT NULL,
    pause_reason TEXT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

-- How far the events of each bucket were read.
CREATE TABLE webhook_place (
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (bucket)
);

-- How many messages a webhook got about one subject. The bucket is the hash of the subject, an order's external_id,
-- which stays the same when the order moves to another customer.
CREATE TABLE webhook_stream (
    bucket BIGINT NOT NULL,
    subject TEXT NOT NULL,
    webhook_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject, webhook_id)
);

-- A message and what became of it. Of those of one subject that are not finished, the first is due and the others wait.
CREATE TABLE webhook_delivery (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    customer_id BIGINT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    PRIMARY KEY (bucket, id)
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_ms) WHERE state = 'due';

CREATE INDEX webhook_delivery_open ON webhook_delivery (webhook_id, subject, sequence) WHERE finished_ms IS NULL;

CREATE INDEX webhook_delivery_finished ON webhook_delivery (webhook_id, state, finished_ms)
    WHERE finished_ms IS NOT NULL;

CREATE INDEX webhook_delivery_list ON webhook_delivery (webhook_id, id);

-- Append-only: each call of a receiver, and what it answered.
CREATE TABLE webhook_attempt (
    bucket BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status BIGINT,
    failure TEXT,
    answer TEXT,
    PRIMARY KEY (bucket, delivery_id, number)
);

-- What an order was called before it moved to a customer of another bucket, and how many events that bucket had then:
-- a reader that follows buckets one by one tells by it which of an order's events come first.
CREATE TABLE order_move (
    bucket BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    former_id BIGINT NOT NULL,
    former_seq BIGINT NOT NULL,
    PRIMARY KEY (bucket, order_id)
);

CREATE INDEX order_move_former ON order_move (former_id);
