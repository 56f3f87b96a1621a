-- What happened to a version of a set of clauses: completed, signed, in force, suspended … Its state is the last one's.
CREATE TABLE clause_states (
    id           UUID PRIMARY KEY,
    record_id    UUID NOT NULL REFERENCES legal_records (id),
    seq          BIGINT NOT NULL,
    event        TEXT,
    state        TEXT NOT NULL,
    signing      JSONB NOT NULL,
    happened_on  DATE NOT NULL,
    reason       TEXT,
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  UUID NOT NULL REFERENCES staff (id),
    UNIQUE (record_id, seq)
);
CREATE TRIGGER clause_states_no_update BEFORE UPDATE ON clause_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clause_states_no_delete BEFORE DELETE ON clause_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX legal_records_by_kind ON legal_records (kind, engagement_id, number, version);
