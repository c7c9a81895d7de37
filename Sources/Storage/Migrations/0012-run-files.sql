-- Files of imports and exports where nodes share no directory, in parts, each as base64. The bucket is the hash of the
-- file's name.
CREATE TABLE run_file (
    bucket BIGINT NOT NULL,
    file TEXT NOT NULL,
    part BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, file, part)
);

CREATE INDEX run_file_begun ON run_file (created_ms) WHERE part = 0;

-- The file's name among those; none where it lies in the data directory.
ALTER TABLE export_run ADD COLUMN file TEXT;

-- Who works on a run: another name for each time that it is taken, so that who was taken for dead finds out.
ALTER TABLE export_run ADD COLUMN holder TEXT NOT NULL DEFAULT '';

ALTER TABLE import_run ADD COLUMN holder TEXT NOT NULL DEFAULT '';
