-- Files that are kept as evidence, encrypted; known by their digest, which records carry.
CREATE TABLE documents (
    id              BLOB PRIMARY KEY,
    sha256          BLOB NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    size            INTEGER NOT NULL,
    content_key_id  TEXT NOT NULL,
    content         BLOB NOT NULL,
    kept_at         TEXT NOT NULL,
    kept_by         BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
