-- Tasks are taken by one person; the daily mail and the calendar of staff; waivers; what the nightly look at the gates saw.

ALTER TABLE tasks ADD COLUMN taken_by BLOB REFERENCES staff (id);
ALTER TABLE tasks ADD COLUMN taken_at TEXT;
-- From this day on the daily mail names it, whatever its last day is.
ALTER TABLE tasks ADD COLUMN remind_on TEXT;
CREATE INDEX tasks_by_cause ON tasks (kind, about_id);

-- Each reminder of a dated fact is given once: so many days before that day, about that thing.
CREATE TABLE reminders (
    kind         TEXT NOT NULL,
    about_id     BLOB NOT NULL,
    due_on       TEXT NOT NULL,
    days_before  INTEGER NOT NULL,
    raised_at    TEXT NOT NULL,
    PRIMARY KEY (kind, about_id, due_on, days_before)
) STRICT;

-- Since when somebody does not want the daily mail.
ALTER TABLE staff ADD COLUMN digest_off_at TEXT;

-- The daily mail of a person: one a day at most.
CREATE TABLE digests (
    staff_id   BLOB NOT NULL REFERENCES staff (id),
    day        TEXT NOT NULL,
    mail_id    BLOB NOT NULL,
    queued_at  TEXT NOT NULL,
    PRIMARY KEY (staff_id, day)
) STRICT;

-- Addresses of staff calendars, by the hash of their token; at most one of a person works.
CREATE TABLE calendar_links (
    token_hash  BLOB PRIMARY KEY,
    staff_id    BLOB NOT NULL REFERENCES staff (id),
    created_at  TEXT NOT NULL,
    revoked_at  TEXT
) STRICT;
CREATE INDEX calendar_links_by_staff ON calendar_links (staff_id);

-- What happened to a waiver: asked for, granted by another person, refused or revoked.
CREATE TABLE waivers (
    id             BLOB PRIMARY KEY,
    request_id     BLOB NOT NULL,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    kind           TEXT NOT NULL,
    event          TEXT NOT NULL,
    until_at       TEXT NOT NULL,
    reason         TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    recorded_by    BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (request_id, event)
) STRICT;
CREATE INDEX waivers_by_engagement ON waivers (engagement_id);
CREATE TRIGGER waivers_no_update BEFORE UPDATE ON waivers BEGIN SELECT RAISE(ABORT, 'waivers is append-only'); END;
CREATE TRIGGER waivers_no_delete BEFORE DELETE ON waivers BEGIN SELECT RAISE(ABORT, 'waivers is append-only'); END;

-- The destinations of an engagement in use whose mechanism held when it was looked at last, and when that was.
CREATE TABLE gate_watches (
    engagement_id  BLOB PRIMARY KEY REFERENCES engagements (id),
    held           TEXT NOT NULL,
    checked_at     TEXT NOT NULL
) STRICT;
