-- Processes that run on one database, where it is on a server: each has a number of its own, which its identifiers bear.
CREATE TABLE node (
    id BIGINT NOT NULL,
    holder TEXT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);
