-- What the mail service reports of mails, as received. It replaces delivery_events, which nothing ever wrote: most mails carry no delivery.

DROP TABLE delivery_events;

CREATE TABLE mail_events (
    id             BLOB PRIMARY KEY,
    digest         BLOB NOT NULL UNIQUE,
    report         TEXT NOT NULL,
    mail_id        BLOB REFERENCES mails (id),
    relay_id       TEXT,
    occurred_at    TEXT NOT NULL,
    received_at    TEXT NOT NULL,
    payload_key_id TEXT NOT NULL,
    payload        BLOB NOT NULL
) STRICT;
CREATE INDEX mail_events_by_mail ON mail_events (mail_id);
CREATE INDEX mail_events_by_relay ON mail_events (relay_id);
CREATE TRIGGER mail_events_no_update BEFORE UPDATE ON mail_events BEGIN SELECT RAISE(ABORT, 'mail_events is append-only'); END;
CREATE TRIGGER mail_events_no_delete BEFORE DELETE ON mail_events BEGIN SELECT RAISE(ABORT, 'mail_events is append-only'); END;
