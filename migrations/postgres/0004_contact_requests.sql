-- What a contact asks for behind the link in a notice: that somebody else is written to. Nothing changes until staff
-- have confirmed it.
CREATE TABLE contact_requests (
    id             UUID PRIMARY KEY,
    customer_id    UUID NOT NULL REFERENCES customers (id),
    asked_by       UUID NOT NULL REFERENCES contacts (id),
    is_replacing     BOOLEAN NOT NULL,
    name           TEXT NOT NULL,
    locale         TEXT NOT NULL,
    address_key_id TEXT NOT NULL,
    address        BYTEA NOT NULL,
    address_index  BYTEA NOT NULL,
    asked_at       TIMESTAMPTZ NOT NULL,
    state          TEXT NOT NULL,
    decided_at     TIMESTAMPTZ,
    decided_by     UUID REFERENCES staff (id)
);
CREATE INDEX contact_requests_by_customer ON contact_requests (customer_id, state);
