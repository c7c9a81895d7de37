-- The secret before the last change signs as well for a while, so that receivers need not be changed at the same moment.
ALTER TABLE webhook ADD COLUMN former_secret TEXT;

ALTER TABLE webhook ADD COLUMN former_until_ms BIGINT;

-- What a receipt was called before it moved to a customer of another bucket: as order_move.
CREATE TABLE receipt_move (
    bucket BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    former_id BIGINT NOT NULL,
    former_seq BIGINT NOT NULL,
    PRIMARY KEY (bucket, receipt_id)
);

CREATE INDEX receipt_move_former ON receipt_move (former_id);
