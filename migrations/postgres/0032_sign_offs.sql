-- The parts of an assessment that somebody confirmed, with the digest of the papers that they read.
CREATE TABLE sign_offs (
    id            UUID PRIMARY KEY,
    engagement_id UUID NOT NULL REFERENCES engagements (id),
    part          TEXT NOT NULL,
    papers        BYTEA NOT NULL,
    signed_at     TIMESTAMPTZ NOT NULL,
    signed_by     UUID NOT NULL REFERENCES staff (id)
);
CREATE INDEX sign_offs_by_engagement ON sign_offs (engagement_id, signed_at);
CREATE TRIGGER sign_offs_no_update BEFORE UPDATE ON sign_offs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sign_offs_no_delete BEFORE DELETE ON sign_offs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sign_offs_no_truncate BEFORE TRUNCATE ON sign_offs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
