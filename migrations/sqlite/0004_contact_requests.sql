-- What a contact asks for behind the link in a notice: that somebody else is written to. Nothing changes until staff
-- have confirmed it.
CREATE TABLE contact_requests (
    id             BLOB PRIMARY KEY,
    customer_id    BLOB NOT NULL REFERENCES customers (id),
    asked_by       BLOB NOT NULL REFERENCES contacts (id),
    is_replacing     INTEGER NOT NULL,
    name           TEXT NOT NULL,
    locale         TEXT NOT NULL,
    address_key_id TEXT NOT NULL,
    address        BLOB NOT NULL,
    address_index  BLOB NOT NULL,
    asked_at       TEXT NOT NULL,
    state          TEXT NOT NULL,
    decided_at     TEXT,
    decided_by     BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX contact_requests_by_customer ON contact_requests (customer_id, state);
