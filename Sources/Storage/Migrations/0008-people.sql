-- People: second factor, invitations, sessions that end when idle, limits of keys, and the audit log.

ALTER TABLE project ADD COLUMN require_second_factor BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE app_user ADD COLUMN deactivated_ms BIGINT;

ALTER TABLE app_user ADD COLUMN signed_in_ms BIGINT;

ALTER TABLE app_user ADD COLUMN totp_secret TEXT;

ALTER TABLE app_user ADD COLUMN totp_since_ms BIGINT;

-- The step of the last code that was taken: none up to it is taken again.
ALTER TABLE app_user ADD COLUMN totp_step BIGINT;

ALTER TABLE session ADD COLUMN seen_ms BIGINT NOT NULL DEFAULT 0;

ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';

ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';

ALTER TABLE api_key ADD COLUMN requests_per_second BIGINT;

-- What a user who knows the password still has to show: the code of the second factor.
CREATE TABLE sign_in_step (
    token_hash TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);

CREATE TABLE recovery_code (
    user_id BIGINT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

-- A link that sets a password, once: an invitation, or a reset. A user has one at most.
CREATE TABLE user_link (
    user_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);

CREATE TABLE audit_entry ( -- append-only
    id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    object_name TEXT NOT NULL,
    facts_before TEXT,
    facts_after TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX audit_entry_object ON audit_entry (object_kind, object_id, id);

CREATE INDEX audit_entry_actor ON audit_entry (actor, id);

CREATE INDEX audit_entry_action ON audit_entry (action, id);
