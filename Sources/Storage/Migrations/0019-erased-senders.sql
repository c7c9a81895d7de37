-- Who was erased while bodies of events waited to be filed, as hashes of the names by which messages speak of them: of bodies up to
-- this one nothing of theirs is filed. Empty but for moments.
CREATE TABLE tracked_erasure (
    name_hash TEXT NOT NULL,
    last_body BIGINT NOT NULL,
    PRIMARY KEY (name_hash)
);

-- Keys of visitors go with the visitor whom they lead to.
CREATE INDEX visitor_alias ON visitor (alias_of) WHERE alias_of IS NOT NULL;
