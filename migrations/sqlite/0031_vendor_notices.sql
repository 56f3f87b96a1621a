-- What vendors told us of their own changes. What they said stays as it was written down; what became of it are steps.

CREATE TABLE vendor_notices (
    id              BLOB PRIMARY KEY,
    number          INTEGER NOT NULL UNIQUE,
    engagement_id   BLOB NOT NULL REFERENCES engagements (id),
    received_at     TEXT NOT NULL,
    channel         TEXT NOT NULL,
    window_ends_on  TEXT,
    change_type     TEXT NOT NULL,
    description     TEXT NOT NULL,
    raw_copy        BLOB REFERENCES documents (sha256),
    owner           TEXT NOT NULL,
    due_on          TEXT NOT NULL,
    recorded_at     TEXT NOT NULL,
    recorded_by     BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE INDEX vendor_notices_by_engagement ON vendor_notices (engagement_id);
CREATE TRIGGER vendor_notices_no_update BEFORE UPDATE ON vendor_notices BEGIN SELECT RAISE(ABORT, 'vendor_notices is append-only'); END;
CREATE TRIGGER vendor_notices_no_delete BEFORE DELETE ON vendor_notices BEGIN SELECT RAISE(ABORT, 'vendor_notices is append-only'); END;

CREATE TABLE vendor_notice_steps (
    id                BLOB PRIMARY KEY,
    vendor_notice_id  BLOB NOT NULL REFERENCES vendor_notices (id),
    step              TEXT NOT NULL,
    change_id         BLOB REFERENCES changes (id),
    happened_on       TEXT,
    reference         TEXT,
    reason            TEXT,
    recorded_at       TEXT NOT NULL,
    recorded_by       BLOB NOT NULL REFERENCES staff (id)
) STRICT;
-- Forwarded once into each change, everything else once.
CREATE UNIQUE INDEX vendor_notice_steps_by_change ON vendor_notice_steps (vendor_notice_id, change_id);
CREATE UNIQUE INDEX vendor_notice_steps_once ON vendor_notice_steps (vendor_notice_id, step) WHERE change_id IS NULL;
CREATE TRIGGER vendor_notice_steps_no_update BEFORE UPDATE ON vendor_notice_steps BEGIN SELECT RAISE(ABORT, 'vendor_notice_steps is append-only'); END;
CREATE TRIGGER vendor_notice_steps_no_delete BEFORE DELETE ON vendor_notice_steps BEGIN SELECT RAISE(ABORT, 'vendor_notice_steps is append-only'); END;
