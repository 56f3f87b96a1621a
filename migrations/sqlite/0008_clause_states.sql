-- What happened to a version of a set of clauses: completed, signed, in force, suspended … Its state is the last one's.
CREATE TABLE clause_states (
    id           BLOB PRIMARY KEY,
    record_id    BLOB NOT NULL REFERENCES legal_records (id),
    seq          INTEGER NOT NULL,
    event        TEXT,
    state        TEXT NOT NULL,
    signing      TEXT NOT NULL,
    happened_on  TEXT NOT NULL,
    reason       TEXT,
    recorded_at  TEXT NOT NULL,
    recorded_by  BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (record_id, seq)
) STRICT;
CREATE TRIGGER clause_states_no_update BEFORE UPDATE ON clause_states BEGIN SELECT RAISE(ABORT, 'clause_states is append-only'); END;
CREATE TRIGGER clause_states_no_delete BEFORE DELETE ON clause_states BEGIN SELECT RAISE(ABORT, 'clause_states is append-only'); END;
CREATE INDEX legal_records_by_kind ON legal_records (kind, engagement_id, number, version);
