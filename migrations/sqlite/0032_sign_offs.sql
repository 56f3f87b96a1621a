-- The parts of an assessment that somebody confirmed, with the digest of the papers that they read.
CREATE TABLE sign_offs (
    id            BLOB PRIMARY KEY,
    engagement_id BLOB NOT NULL REFERENCES engagements (id),
    part          TEXT NOT NULL,
    papers        BLOB NOT NULL,
    signed_at     TEXT NOT NULL,
    signed_by     BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE INDEX sign_offs_by_engagement ON sign_offs (engagement_id, signed_at);
CREATE TRIGGER sign_offs_no_update BEFORE UPDATE ON sign_offs BEGIN SELECT RAISE(ABORT, 'sign_offs is append-only'); END;
CREATE TRIGGER sign_offs_no_delete BEFORE DELETE ON sign_offs BEGIN SELECT RAISE(ABORT, 'sign_offs is append-only'); END;
