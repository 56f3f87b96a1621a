-- Tasks are taken by one person; the daily mail and the calendar of staff; waivers; what the nightly look at the gates saw.

ALTER TABLE tasks ADD COLUMN taken_by UUID REFERENCES staff (id);
ALTER TABLE tasks ADD COLUMN taken_at TIMESTAMPTZ;
-- From this day on the daily mail names it, whatever its last day is.
ALTER TABLE tasks ADD COLUMN remind_on DATE;
CREATE INDEX tasks_by_cause ON tasks (kind, about_id);

-- Each reminder of a dated fact is given once: so many days before that day, about that thing.
CREATE TABLE reminders (
    kind         TEXT NOT NULL,
    about_id     UUID NOT NULL,
    due_on       DATE NOT NULL,
    days_before  BIGINT NOT NULL,
    raised_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, about_id, due_on, days_before)
);

-- Since when somebody does not want the daily mail.
ALTER TABLE staff ADD COLUMN digest_off_at TIMESTAMPTZ;

-- The daily mail of a person: one a day at most.
CREATE TABLE digests (
    staff_id   UUID NOT NULL REFERENCES staff (id),
    day        DATE NOT NULL,
    mail_id    UUID NOT NULL,
    queued_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (staff_id, day)
);

-- Addresses of staff calendars, by the hash of their token; at most one of a person works.
CREATE TABLE calendar_links (
    token_hash  BYTEA PRIMARY KEY,
    staff_id    UUID NOT NULL REFERENCES staff (id),
    created_at  TIMESTAMPTZ NOT NULL,
    revoked_at  TIMESTAMPTZ
);
CREATE INDEX calendar_links_by_staff ON calendar_links (staff_id);

-- What happened to a waiver: asked for, granted by another person, refused or revoked.
CREATE TABLE waivers (
    id             UUID PRIMARY KEY,
    request_id     UUID NOT NULL,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    kind           TEXT NOT NULL,
    event          TEXT NOT NULL,
    until_at       TIMESTAMPTZ NOT NULL,
    reason         TEXT NOT NULL,
    recorded_at    TIMESTAMPTZ NOT NULL,
    recorded_by    UUID NOT NULL REFERENCES staff (id),
    UNIQUE (request_id, event)
);
CREATE INDEX waivers_by_engagement ON waivers (engagement_id);
CREATE TRIGGER waivers_no_update BEFORE UPDATE ON waivers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER waivers_no_delete BEFORE DELETE ON waivers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The destinations of an engagement in use whose mechanism held when it was looked at last, and when that was.
CREATE TABLE gate_watches (
    engagement_id  UUID PRIMARY KEY REFERENCES engagements (id),
    held           JSONB NOT NULL,
    checked_at     TIMESTAMPTZ NOT NULL
);
