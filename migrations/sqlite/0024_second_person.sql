-- A contact gives the customer's word (takes an objection back, approves, opts in) once a second person has confirmed it.
-- What was entered before this was written down goes on counting.
ALTER TABLE contacts ADD COLUMN confirmed_at TEXT;
ALTER TABLE contacts ADD COLUMN confirmed_by BLOB REFERENCES staff (id);
UPDATE contacts SET confirmed_at = created_at;

-- The end of a contact, or of an agreement, while something of that customer is waited for: it waits for a second person.
CREATE TABLE endings (
    id            BLOB PRIMARY KEY,
    customer_id   BLOB NOT NULL REFERENCES customers (id),
    contact_id    BLOB REFERENCES contacts (id),
    successor_id  BLOB REFERENCES contacts (id),
    asked_at      TEXT NOT NULL,
    asked_by      BLOB NOT NULL REFERENCES staff (id),
    state         TEXT NOT NULL,
    decided_at    TEXT,
    decided_by    BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX endings_by_customer ON endings (customer_id, state);
