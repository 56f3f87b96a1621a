-- Certificates of organisations, version by version; the version that ends one says since when.
CREATE TABLE certificates (
    id               BLOB PRIMARY KEY,
    certificate_id   BLOB NOT NULL,
    organisation_id  BLOB NOT NULL REFERENCES organisations (id),
    number           INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    body             TEXT NOT NULL,
    ended_on         TEXT,
    recorded_at      TEXT NOT NULL,
    recorded_by      BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (organisation_id, number, version)
) STRICT;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates is append-only'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates is append-only'); END;
