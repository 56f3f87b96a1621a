-- Pages on which vendors tell of their changes, as they were when they were looked at: once a day each. The text is kept where
-- it differs from the look before; a look that failed says why.

CREATE TABLE vendor_page_looks (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    address        TEXT NOT NULL,
    looked_at      TEXT NOT NULL,
    sha256         BLOB,
    text           TEXT,
    failure        TEXT
) STRICT;
CREATE INDEX vendor_page_looks_by_engagement ON vendor_page_looks (engagement_id, looked_at);
CREATE TRIGGER vendor_page_looks_no_update BEFORE UPDATE ON vendor_page_looks BEGIN SELECT RAISE(ABORT, 'vendor_page_looks is append-only'); END;
CREATE TRIGGER vendor_page_looks_no_delete BEFORE DELETE ON vendor_page_looks BEGIN SELECT RAISE(ABORT, 'vendor_page_looks is append-only'); END;
