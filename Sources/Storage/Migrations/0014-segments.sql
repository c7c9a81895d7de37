-- Segments: named condition trees over customers, and audiences, which are lists that somebody filled.
CREATE TABLE segment (
    id BIGINT NOT NULL,
    -- What trees and the API call it; it stays.
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- The tree as JSON; none of an audience.
    conditions TEXT,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    -- Since when its members are written down whole, by the tree as it is; none until then.
    filled_ms BIGINT,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX segment_code ON segment (code);

-- Who is in a segment. Of an audience this is the truth; of a segment it is what was last told: who entered and left.
CREATE TABLE segment_member (
    bucket BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, customer_id, segment_id)
);

CREATE INDEX segment_member_segment ON segment_member (segment_id, customer_id);

-- How many were in a segment at the end of each day of the project's calendar, or are today.
CREATE TABLE segment_size (
    segment_id BIGINT NOT NULL,
    -- Days since 1970.
    day BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    PRIMARY KEY (segment_id, day)
);

-- The segment that somebody entered or left.
ALTER TABLE event ADD COLUMN segment_id BIGINT;

CREATE INDEX event_of_segment ON event (segment_id, happened_ms) WHERE segment_id IS NOT NULL;

-- Which process writes down who enters and leaves, where several are on one database; one row.
CREATE TABLE segment_keeper (
    id BIGINT NOT NULL,
    holder TEXT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);
