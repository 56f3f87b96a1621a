-- What contacts answered in writing where silence is a no (specific authorisation, opt-in). The state of the authorisation
-- says where it stands; the row here is the evidence: who, when, for which notice and which facts.
CREATE TABLE answers (
    id                UUID PRIMARY KEY,
    authorisation_id  UUID NOT NULL REFERENCES authorisations (id),
    delivery_id       UUID NOT NULL REFERENCES deliveries (id),
    notice_id         UUID NOT NULL REFERENCES notices (id),
    answer            TEXT NOT NULL,
    name              TEXT NOT NULL,
    client            TEXT,
    facts_hash        BYTEA NOT NULL,
    answered_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX answers_by_authorisation ON answers (authorisation_id, answered_at);
CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER answers_no_delete BEFORE DELETE ON answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
