-- What the mail service reports of mails, as received. It replaces delivery_events, which nothing ever wrote: most mails carry no delivery.

DROP TABLE delivery_events;

CREATE TABLE mail_events (
    id             UUID PRIMARY KEY,
    digest         BYTEA NOT NULL UNIQUE,
    report         TEXT NOT NULL,
    mail_id        UUID REFERENCES mails (id),
    relay_id       TEXT,
    occurred_at    TIMESTAMPTZ NOT NULL,
    received_at    TIMESTAMPTZ NOT NULL,
    payload_key_id TEXT NOT NULL,
    payload        BYTEA NOT NULL
);
CREATE INDEX mail_events_by_mail ON mail_events (mail_id);
CREATE INDEX mail_events_by_relay ON mail_events (relay_id);
CREATE TRIGGER mail_events_no_update BEFORE UPDATE ON mail_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_events_no_delete BEFORE DELETE ON mail_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
