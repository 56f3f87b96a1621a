-- A contact gives the customer's word (takes an objection back, approves, opts in) once a second person has confirmed it.
-- What was entered before this was written down goes on counting.
ALTER TABLE contacts ADD COLUMN confirmed_at TIMESTAMPTZ;
ALTER TABLE contacts ADD COLUMN confirmed_by UUID REFERENCES staff (id);
UPDATE contacts SET confirmed_at = created_at;

-- The end of a contact, or of an agreement, while something of that customer is waited for: it waits for a second person.
CREATE TABLE endings (
    id            UUID PRIMARY KEY,
    customer_id   UUID NOT NULL REFERENCES customers (id),
    contact_id    UUID REFERENCES contacts (id),
    successor_id  UUID REFERENCES contacts (id),
    asked_at      TIMESTAMPTZ NOT NULL,
    asked_by      UUID NOT NULL REFERENCES staff (id),
    state         TEXT NOT NULL,
    decided_at    TIMESTAMPTZ,
    decided_by    UUID REFERENCES staff (id)
);
CREATE INDEX endings_by_customer ON endings (customer_id, state);
