-- What vendors told us of their own changes. What they said stays as it was written down; what became of it are steps.

CREATE TABLE vendor_notices (
    id              UUID PRIMARY KEY,
    number          BIGINT NOT NULL UNIQUE,
    engagement_id   UUID NOT NULL REFERENCES engagements (id),
    received_at     TIMESTAMPTZ NOT NULL,
    channel         TEXT NOT NULL,
    window_ends_on  DATE,
    change_type     TEXT NOT NULL,
    description     TEXT NOT NULL,
    raw_copy        BYTEA REFERENCES documents (sha256),
    owner           TEXT NOT NULL,
    due_on          DATE NOT NULL,
    recorded_at     TIMESTAMPTZ NOT NULL,
    recorded_by     UUID NOT NULL REFERENCES staff (id)
);
CREATE INDEX vendor_notices_by_engagement ON vendor_notices (engagement_id);
CREATE TRIGGER vendor_notices_no_update BEFORE UPDATE ON vendor_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_notices_no_delete BEFORE DELETE ON vendor_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_notices_no_truncate BEFORE TRUNCATE ON vendor_notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE vendor_notice_steps (
    id                UUID PRIMARY KEY,
    vendor_notice_id  UUID NOT NULL REFERENCES vendor_notices (id),
    step              TEXT NOT NULL,
    change_id         UUID REFERENCES changes (id),
    happened_on       DATE,
    reference         TEXT,
    reason            TEXT,
    recorded_at       TIMESTAMPTZ NOT NULL,
    recorded_by       UUID NOT NULL REFERENCES staff (id)
);
-- Forwarded once into each change, everything else once.
CREATE UNIQUE INDEX vendor_notice_steps_by_change ON vendor_notice_steps (vendor_notice_id, change_id);
CREATE UNIQUE INDEX vendor_notice_steps_once ON vendor_notice_steps (vendor_notice_id, step) WHERE change_id IS NULL;
CREATE TRIGGER vendor_notice_steps_no_update BEFORE UPDATE ON vendor_notice_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_notice_steps_no_delete BEFORE DELETE ON vendor_notice_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vendor_notice_steps_no_truncate BEFORE TRUNCATE ON vendor_notice_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
