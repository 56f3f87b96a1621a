-- Pages on which vendors tell of their changes, as they were when they were looked at: once a day each. The text is kept where
-- it differs from the look before; a look that failed says why.

CREATE TABLE vendor_page_looks (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    address        TEXT NOT NULL,
    looked_at      TIMESTAMPTZ NOT NULL,
    sha256         BYTEA,
    text           TEXT,
    failure        TEXT
);
CREATE INDEX vendor_page_looks_by_engagement ON vendor_page_looks (engagement_id, looked_at);
CREATE TRIGGER vendor_page_looks_no_update BEFORE UPDATE ON vendor_page_looks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_page_looks_no_delete BEFORE DELETE ON vendor_page_looks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_page_looks_no_truncate BEFORE TRUNCATE ON vendor_page_looks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
