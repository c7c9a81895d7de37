-- Shop systems that send their orders by themselves. Few rows, the same on every shard.
CREATE TABLE shop_connection (
    id BIGINT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret TEXT NOT NULL,
    id_prefix TEXT NOT NULL,
    is_paused BOOLEAN NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

-- What a shop's own statuses are called here; an empty code is no status.
CREATE TABLE shop_connection_status (
    connection_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (connection_id, source)
);

-- What came so far.
CREATE TABLE shop_connection_figures (
    connection_id BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (connection_id)
);

-- Messages that were taken: a shop repeats one that it thinks was lost. The bucket is the hash of the message's id.
CREATE TABLE shop_message (
    bucket BIGINT NOT NULL,
    message_key TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, message_key)
);

CREATE INDEX shop_message_received ON shop_message (received_ms);

-- Messages that were not, with the reason.
CREATE TABLE shop_refusal (
    id BIGINT NOT NULL,
    connection_id BIGINT NOT NULL,
    message_id TEXT,
    topic TEXT,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX shop_refusal_connection ON shop_refusal (connection_id, id);
