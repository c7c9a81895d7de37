-- Public keys belong to event sources, each with what it is for; those that stood among the secret ones let nobody in.
ALTER TABLE event_source_key ADD COLUMN name TEXT NOT NULL DEFAULT '';
DELETE FROM api_key WHERE kind <> 'secret';
ALTER TABLE api_key DROP COLUMN kind;
