-- Files that are kept as evidence, encrypted; known by their digest, which records carry.
CREATE TABLE documents (
    id              UUID PRIMARY KEY,
    sha256          BYTEA NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    size            BIGINT NOT NULL,
    content_key_id  TEXT NOT NULL,
    content         BYTEA NOT NULL,
    kept_at         TIMESTAMPTZ NOT NULL,
    kept_by         UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents FOR EACH ROW EXECUTE FUNCTION refuse_change();
