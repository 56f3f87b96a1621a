-- Whom an activation was judged for, one by one: whoever comes into scope later was not, and is told and waited for.
CREATE TABLE activation_customers (
    activation_id BLOB NOT NULL REFERENCES activations (id),
    customer_id   BLOB NOT NULL REFERENCES customers (id),
    PRIMARY KEY (activation_id, customer_id)
) STRICT;
CREATE TRIGGER activation_customers_no_update BEFORE UPDATE ON activation_customers BEGIN SELECT RAISE(ABORT, 'activation_customers is append-only'); END;
CREATE TRIGGER activation_customers_no_delete BEFORE DELETE ON activation_customers BEGIN SELECT RAISE(ABORT, 'activation_customers is append-only'); END;
-- What was activated before this was written down: the customer named, or everybody who was told.
INSERT INTO activation_customers (activation_id, customer_id)
SELECT id, customer_id FROM activations WHERE customer_id IS NOT NULL
UNION
SELECT a.id, b.customer_id FROM activations a JOIN authorisations b ON b.line_id = a.line_id
WHERE a.customer_id IS NULL AND b.state <> 'NOT_IN_SCOPE';

-- That a customer was shown a pending change when it signed authorises that change once a second person has looked at it.
CREATE TABLE signature_confirmations (
    signature_id  BLOB PRIMARY KEY REFERENCES signatures (id),
    confirmed_at  TEXT NOT NULL,
    confirmed_by  BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER signature_confirmations_no_update BEFORE UPDATE ON signature_confirmations BEGIN SELECT RAISE(ABORT, 'signature_confirmations is append-only'); END;
CREATE TRIGGER signature_confirmations_no_delete BEFORE DELETE ON signature_confirmations BEGIN SELECT RAISE(ABORT, 'signature_confirmations is append-only'); END;
