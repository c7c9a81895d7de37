-- Containers: lists of products that each customer, or visitor, has one of a type. The cart is a type that every project has; it has
-- a row only once somebody changed it.
CREATE TABLE container_type (
    id BIGINT NOT NULL,
    -- What the shop, the tracker and the API call it; it stays.
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    lifetime_days BIGINT,
    abandoned_after_minutes BIGINT NOT NULL,
    emptied_by_order BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX container_type_code ON container_type (code);

-- What one customer or visitor has in a container. A row stays when it is emptied, with when that was.
CREATE TABLE container (
    bucket BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    -- Counts changes of the contents.
    version BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    abandoned_ms BIGINT,
    -- When time next does something to it: abandoned, or emptied at the end of its life.
    due_ms BIGINT,
    PRIMARY KEY (bucket, owner_id, type_id)
);

CREATE INDEX container_due ON container (due_ms) WHERE due_ms IS NOT NULL;

CREATE INDEX container_of_type ON container (type_id, line_count);

CREATE TABLE container_line (
    bucket BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    product TEXT NOT NULL,
    quantity_e6 BIGINT NOT NULL,
    price_e4 BIGINT,
    added_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    -- Any JSON, as it was sent.
    context TEXT,
    PRIMARY KEY (bucket, owner_id, type_id, product)
);

-- Whether the customer may have something in a container, so that a new order, which reads this row anyway, looks for containers only
-- then. Not kept of the names of before a merge.
ALTER TABLE customer_key ADD COLUMN has_containers BOOLEAN NOT NULL DEFAULT FALSE;

-- The type of the container that was abandoned.
ALTER TABLE event ADD COLUMN container_type_id BIGINT;
