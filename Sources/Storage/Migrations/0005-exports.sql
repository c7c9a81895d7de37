-- What an export asks for, how far it has come, and when its file goes. The file is named by the id.
CREATE TABLE export_run (
    id BIGINT NOT NULL,
    request TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    rows_done BIGINT NOT NULL,
    rows_total BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    reason TEXT,
    token TEXT NOT NULL UNIQUE,
    created_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    expires_ms BIGINT,
    lease_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX export_run_state ON export_run (state, id);

-- An import is a run of its own kind of work: sent over the API, chosen on a page, or started by a command.
ALTER TABLE import_run ADD COLUMN state TEXT NOT NULL DEFAULT 'done';

ALTER TABLE import_run ADD COLUMN actor TEXT NOT NULL DEFAULT '';

-- How the file is to be read, as JSON: the columns' paths and the options.
ALTER TABLE import_run ADD COLUMN request TEXT NOT NULL DEFAULT '{}';

-- The name of the file that was sent, while it is kept.
ALTER TABLE import_run ADD COLUMN upload TEXT;

ALTER TABLE import_run ADD COLUMN bytes_done BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN bytes_total BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN reason TEXT;

-- The header of the file, to begin a file of refused rows with.
ALTER TABLE import_run ADD COLUMN header TEXT;

-- What a dry run found, as JSON.
ALTER TABLE import_run ADD COLUMN findings TEXT;

ALTER TABLE import_run ADD COLUMN lease_ms BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN undo_place BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN undone_deleted BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN undone_restored BIGINT NOT NULL DEFAULT 0;

ALTER TABLE import_run ADD COLUMN undone_left BIGINT NOT NULL DEFAULT 0;

UPDATE import_run SET state = 'stopped' WHERE finished_ms IS NULL;

CREATE INDEX import_run_state ON import_run (state, id);

-- Rows that an import refused, as they stood in the file.
CREATE TABLE import_refused (
    run_id BIGINT NOT NULL,
    item BIGINT NOT NULL,
    line BIGINT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (run_id, item)
);

-- Orders as they were before an import changed them, for undoing it: a description as the API takes it. The bucket is
-- the hash of the order's key.
CREATE TABLE import_before (
    bucket BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    run_id BIGINT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (bucket, external_id, run_id)
);

CREATE INDEX import_before_run ON import_before (run_id, external_id);

-- What the undoing of an import left as it was, and why.
CREATE TABLE import_left (
    run_id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run_id, external_id)
);
