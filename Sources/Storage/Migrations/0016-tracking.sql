-- Where events of customers come from. Few rows, the same on every shard.
CREATE TABLE event_source (
    id BIGINT NOT NULL,
    -- What senders call it; it stays.
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The hosts whose pages may send, with spaces between.
    domains TEXT NOT NULL,
    is_on BOOLEAN NOT NULL,
    takes_orders BOOLEAN NOT NULL,
    learns_names BOOLEAN NOT NULL,
    updates_customers BOOLEAN NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

-- The public keys that senders show; each is good until it is revoked.
CREATE TABLE event_source_key (
    write_key TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (write_key)
);

-- What came by a source in each hour, counted from 1970.
CREATE TABLE event_source_hour (
    source_id BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (source_id, hour)
);

-- Names of events that the shop made; the predefined ones stand in the program.
CREATE TABLE event_name (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (code)
);

-- Whom sites and apps follow by keys of their own. The bucket is the hash of the key, and the visitor's own.
CREATE TABLE visitor (
    bucket BIGINT NOT NULL,
    visitor_key TEXT NOT NULL,
    visitor_id BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    -- The last sign of them, within an hour.
    last_ms BIGINT NOT NULL,
    -- Who they are, once they said so.
    customer_id BIGINT,
    -- The key that they go by now, where it is another one.
    alias_of TEXT,
    PRIMARY KEY (bucket, visitor_key)
);

CREATE INDEX visitor_customer ON visitor (customer_id) WHERE customer_id IS NOT NULL;

-- What customers and visitors did. Rows come in the order of their identifiers, and go in it: nothing but the one index
-- is written at random. An owner is a customer or a visitor; the bucket is the owner's.
CREATE TABLE tracked_event (
    bucket BIGINT NOT NULL,
    id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- A product, a category, an order, or what was searched for.
    subject TEXT,
    source_id BIGINT,
    session TEXT,
    url TEXT,
    title TEXT,
    referrer TEXT,
    happened_ms BIGINT NOT NULL,
    arrived_ms BIGINT NOT NULL,
    -- JSON as it was sent.
    context TEXT,
    PRIMARY KEY (bucket, id)
);

CREATE INDEX tracked_event_owner ON tracked_event (owner_id, happened_ms, id);

-- Bodies as they came, until their messages are filed. done is how many of them are.
CREATE TABLE tracked_inbox (
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    door TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    done BIGINT NOT NULL,
    size BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- Messages that were filed, by what their sender calls them. The bucket is the hash of the key.
CREATE TABLE tracked_key (
    bucket BIGINT NOT NULL,
    message_key TEXT NOT NULL,
    event_id BIGINT,
    arrived_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, message_key)
);

-- The last messages of each source that were not taken, with the reason.
CREATE TABLE tracked_refusal (
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    message_id TEXT,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    sample TEXT,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX tracked_refusal_source ON tracked_refusal (source_id, id);

-- Owners whose events are still to go to another one, or to go.
CREATE TABLE tracked_move (
    from_id BIGINT NOT NULL,
    to_id BIGINT,
    PRIMARY KEY (from_id)
);

-- Which process files messages, where several are on one database; one row.
CREATE TABLE event_filer (
    id BIGINT NOT NULL,
    holder TEXT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

-- How many days events of customers are kept.
ALTER TABLE project ADD COLUMN event_days BIGINT NOT NULL DEFAULT 730;
