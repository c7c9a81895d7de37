-- Writes that came with an Idempotency-Key, and what was answered. The bucket is the hash of the key.
-- A row without a status was carried out, but its answer had not been kept when the server stopped.
CREATE TABLE idempotent_request (
    bucket BIGINT NOT NULL,
    api_key_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    attempt TEXT NOT NULL,
    status BIGINT,
    headers TEXT,
    body TEXT,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, idempotency_key, api_key_id)
);

CREATE INDEX idempotent_request_expires ON idempotent_request (expires_ms);
