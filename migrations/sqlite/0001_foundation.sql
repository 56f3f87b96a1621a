-- Foundation. Facts are versions with valid and recorded time, never overwritten; what is evidence is append-only.
-- The SQLite and Postgres files have the same tables and columns; a test compares them.

-- Publisher, settings, people -----------------------------------------------------------------------------------------

CREATE TABLE settings (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL,
    changed_at  TEXT NOT NULL
) STRICT;

-- One installation serves one publisher: exactly one row, id 1.
CREATE TABLE publisher (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    calendar    TEXT NOT NULL,
    contact     TEXT NOT NULL,
    changed_at  TEXT NOT NULL
) STRICT;

CREATE TABLE entities (
    id                  BLOB PRIMARY KEY,
    legal_name          TEXT NOT NULL UNIQUE,
    registration_number TEXT,
    country             TEXT NOT NULL,
    address             TEXT,
    contact             TEXT,
    created_at          TEXT NOT NULL,
    ended_at            TEXT
) STRICT;

CREATE TABLE products (
    id          BLOB PRIMARY KEY,
    entity_id   BLOB NOT NULL REFERENCES entities (id),
    name        TEXT NOT NULL UNIQUE,
    slug        TEXT NOT NULL UNIQUE,
    created_at  TEXT NOT NULL,
    ended_at    TEXT
) STRICT;

CREATE TABLE staff (
    id                  BLOB PRIMARY KEY,
    login               TEXT NOT NULL UNIQUE,
    display_name        TEXT NOT NULL,
    password_hash       TEXT NOT NULL,
    password_changed_at TEXT NOT NULL,
    roles               TEXT NOT NULL,
    second_factor       TEXT,
    created_at          TEXT NOT NULL,
    disabled_at         TEXT
) STRICT;

-- Sessions, by the hash of their id; times are wall-clock times. staff_id lets a password change end all others.
CREATE TABLE sessions (
    id_hash      BLOB PRIMARY KEY,
    staff_id     BLOB REFERENCES staff (id),
    record       BLOB NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at   TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_staff ON sessions (staff_id);

CREATE TABLE password_resets (
    token_hash  BLOB PRIMARY KEY,
    staff_id    BLOB NOT NULL REFERENCES staff (id),
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    used_at     TEXT
) STRICT;

-- Customers ------------------------------------------------------------------------------------------------------------

CREATE TABLE customers (
    id            BLOB PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    reference     TEXT UNIQUE,
    customer_role TEXT NOT NULL,
    country       TEXT NOT NULL,
    signed_on     TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    created_by    BLOB REFERENCES staff (id),
    ended_at      TEXT
) STRICT;

-- A customer's contract terms; the highest version that is confirmed (or never shortened anything) is in force.
CREATE TABLE policies (
    id            BLOB PRIMARY KEY,
    customer_id   BLOB NOT NULL REFERENCES customers (id),
    version       INTEGER NOT NULL,
    terms         TEXT NOT NULL,
    valid_from    TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    recorded_by   BLOB REFERENCES staff (id),
    needs_confirmation INTEGER NOT NULL,
    UNIQUE (customer_id, version)
) STRICT;
CREATE TRIGGER policies_no_update BEFORE UPDATE ON policies BEGIN SELECT RAISE(ABORT, 'policies is append-only'); END;
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies BEGIN SELECT RAISE(ABORT, 'policies is append-only'); END;

CREATE TABLE policy_confirmations (
    policy_id     BLOB PRIMARY KEY REFERENCES policies (id),
    confirmed_at  TEXT NOT NULL,
    confirmed_by  BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER policy_confirmations_no_update BEFORE UPDATE ON policy_confirmations BEGIN SELECT RAISE(ABORT, 'policy_confirmations is append-only'); END;
CREATE TRIGGER policy_confirmations_no_delete BEFORE DELETE ON policy_confirmations BEGIN SELECT RAISE(ABORT, 'policy_confirmations is append-only'); END;

CREATE TABLE customer_products (
    customer_id BLOB NOT NULL REFERENCES customers (id),
    product_id  BLOB NOT NULL REFERENCES products (id),
    PRIMARY KEY (customer_id, product_id)
) STRICT;

-- What the customer was shown at signature: list version and the changes then pending.
CREATE TABLE signatures (
    id            BLOB PRIMARY KEY,
    customer_id   BLOB NOT NULL REFERENCES customers (id),
    signed_on     TEXT NOT NULL,
    list_version  INTEGER,
    pending_shown TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    recorded_by   BLOB REFERENCES staff (id)
) STRICT;
CREATE TRIGGER signatures_no_update BEFORE UPDATE ON signatures BEGIN SELECT RAISE(ABORT, 'signatures is append-only'); END;
CREATE TRIGGER signatures_no_delete BEFORE DELETE ON signatures BEGIN SELECT RAISE(ABORT, 'signatures is append-only'); END;

CREATE TABLE contacts (
    id             BLOB PRIMARY KEY,
    customer_id    BLOB NOT NULL REFERENCES customers (id),
    kind           TEXT NOT NULL,
    rank           INTEGER NOT NULL,
    name           TEXT NOT NULL,
    locale         TEXT NOT NULL,
    address_key_id TEXT NOT NULL,
    address        BLOB NOT NULL,
    address_index  BLOB NOT NULL,
    created_at     TEXT NOT NULL,
    created_by     BLOB REFERENCES staff (id),
    ended_at       TEXT
) STRICT;
CREATE INDEX contacts_by_customer ON contacts (customer_id);
CREATE INDEX contacts_by_address ON contacts (address_index);

-- Register -------------------------------------------------------------------------------------------------------------

CREATE TABLE organisations (
    id          BLOB PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE organisation_versions (
    id              BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    version         INTEGER NOT NULL,
    facts           TEXT NOT NULL,
    valid_from      TEXT,
    recorded_at     TEXT NOT NULL,
    recorded_by     BLOB REFERENCES staff (id),
    reason          TEXT,
    UNIQUE (organisation_id, version)
) STRICT;
CREATE TRIGGER organisation_versions_no_update BEFORE UPDATE ON organisation_versions BEGIN SELECT RAISE(ABORT, 'organisation_versions is append-only'); END;
CREATE TRIGGER organisation_versions_no_delete BEFORE DELETE ON organisation_versions BEGIN SELECT RAISE(ABORT, 'organisation_versions is append-only'); END;

CREATE TABLE engagements (
    id                   BLOB PRIMARY KEY,
    organisation_id      BLOB NOT NULL REFERENCES organisations (id),
    entity_id            BLOB REFERENCES entities (id),
    slug                 TEXT NOT NULL UNIQUE,
    parent_engagement_id BLOB REFERENCES engagements (id),
    created_at           TEXT NOT NULL,
    created_by           BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX engagements_by_organisation ON engagements (organisation_id);

CREATE TABLE engagement_versions (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    version        INTEGER NOT NULL,
    facts          TEXT NOT NULL,
    valid_from     TEXT,
    recorded_at    TEXT NOT NULL,
    recorded_by    BLOB REFERENCES staff (id),
    reason         TEXT,
    UNIQUE (engagement_id, version)
) STRICT;
CREATE TRIGGER engagement_versions_no_update BEFORE UPDATE ON engagement_versions BEGIN SELECT RAISE(ABORT, 'engagement_versions is append-only'); END;
CREATE TRIGGER engagement_versions_no_delete BEFORE DELETE ON engagement_versions BEGIN SELECT RAISE(ABORT, 'engagement_versions is append-only'); END;

-- The state of an engagement is its last row here.
CREATE TABLE engagement_states (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    seq            INTEGER NOT NULL,
    state          TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    recorded_by    BLOB REFERENCES staff (id),
    reason         TEXT,
    UNIQUE (engagement_id, seq)
) STRICT;
CREATE TRIGGER engagement_states_no_update BEFORE UPDATE ON engagement_states BEGIN SELECT RAISE(ABORT, 'engagement_states is append-only'); END;
CREATE TRIGGER engagement_states_no_delete BEFORE DELETE ON engagement_states BEGIN SELECT RAISE(ABORT, 'engagement_states is append-only'); END;

-- What the public list shows of an engagement from recorded_at on; as_of reads the last row before the end of that day.
CREATE TABLE listings (
    id                      BLOB PRIMARY KEY,
    list_version            INTEGER NOT NULL UNIQUE,
    engagement_id           BLOB NOT NULL REFERENCES engagements (id),
    engagement_version_id   BLOB NOT NULL REFERENCES engagement_versions (id),
    organisation_version_id BLOB NOT NULL REFERENCES organisation_versions (id),
    listing                 TEXT NOT NULL,
    in_use_from             TEXT,
    line_id                 BLOB,
    recorded_at             TEXT NOT NULL
) STRICT;
CREATE INDEX listings_by_engagement ON listings (engagement_id, list_version);
CREATE TRIGGER listings_no_update BEFORE UPDATE ON listings BEGIN SELECT RAISE(ABORT, 'listings is append-only'); END;
CREATE TRIGGER listings_no_delete BEFORE DELETE ON listings BEGIN SELECT RAISE(ABORT, 'listings is append-only'); END;

CREATE TABLE baselines (
    engagement_id BLOB PRIMARY KEY REFERENCES engagements (id),
    in_use_since  TEXT NOT NULL,
    attested_at   TEXT NOT NULL,
    attested_by   BLOB NOT NULL REFERENCES staff (id),
    findings      TEXT NOT NULL
) STRICT;
CREATE TRIGGER baselines_no_update BEFORE UPDATE ON baselines BEGIN SELECT RAISE(ABORT, 'baselines is append-only'); END;
CREATE TRIGGER baselines_no_delete BEFORE DELETE ON baselines BEGIN SELECT RAISE(ABORT, 'baselines is append-only'); END;

-- Contract, security assessment, transfer, TIA. An engagement may have several of a kind (a transfer per destination),
-- each with its own number and versions; the version that ends one says since when.
CREATE TABLE legal_records (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    kind           TEXT NOT NULL,
    number         INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    body           TEXT NOT NULL,
    valid_from     TEXT,
    ended_on       TEXT,
    recorded_at    TEXT NOT NULL,
    recorded_by    BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (engagement_id, kind, number, version)
) STRICT;
CREATE TRIGGER legal_records_no_update BEFORE UPDATE ON legal_records BEGIN SELECT RAISE(ABORT, 'legal_records is append-only'); END;
CREATE TRIGGER legal_records_no_delete BEFORE DELETE ON legal_records BEGIN SELECT RAISE(ABORT, 'legal_records is append-only'); END;

CREATE TABLE legal_approvals (
    record_id    BLOB PRIMARY KEY REFERENCES legal_records (id),
    approved_at  TEXT NOT NULL,
    approved_by  BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER legal_approvals_no_update BEFORE UPDATE ON legal_approvals BEGIN SELECT RAISE(ABORT, 'legal_approvals is append-only'); END;
CREATE TRIGGER legal_approvals_no_delete BEFORE DELETE ON legal_approvals BEGIN SELECT RAISE(ABORT, 'legal_approvals is append-only'); END;

-- Dated legal facts: EEA membership, adequacy decisions, holiday overrides.
CREATE TABLE reference_rows (
    id           BLOB PRIMARY KEY,
    kind         TEXT NOT NULL,
    code         TEXT NOT NULL,
    body         TEXT NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT,
    source_url   TEXT NOT NULL,
    checked_on   TEXT NOT NULL,
    recorded_at  TEXT NOT NULL
) STRICT;
CREATE INDEX reference_rows_by_code ON reference_rows (kind, code);

CREATE TABLE imports (
    id           BLOB PRIMARY KEY,
    file_name    TEXT NOT NULL,
    sha256       BLOB NOT NULL,
    report       TEXT NOT NULL,
    imported_at  TEXT NOT NULL,
    imported_by  BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX imports_by_hash ON imports (sha256);

-- Changes, notices, customers ------------------------------------------------------------------------------------------

CREATE TABLE changes (
    id            BLOB PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL,
    planned_on    TEXT NOT NULL,
    announced_at  TEXT,
    created_at    TEXT NOT NULL,
    created_by    BLOB NOT NULL REFERENCES staff (id)
) STRICT;

CREATE TABLE change_states (
    id           BLOB PRIMARY KEY,
    change_id    BLOB NOT NULL REFERENCES changes (id),
    seq          INTEGER NOT NULL,
    state        TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    recorded_by  BLOB REFERENCES staff (id),
    reason       TEXT,
    UNIQUE (change_id, seq)
) STRICT;
CREATE TRIGGER change_states_no_update BEFORE UPDATE ON change_states BEGIN SELECT RAISE(ABORT, 'change_states is append-only'); END;
CREATE TRIGGER change_states_no_delete BEFORE DELETE ON change_states BEGIN SELECT RAISE(ABORT, 'change_states is append-only'); END;

CREATE TABLE lines (
    id                      BLOB PRIMARY KEY,
    change_id               BLOB NOT NULL REFERENCES changes (id),
    position                INTEGER NOT NULL,
    engagement_id           BLOB NOT NULL REFERENCES engagements (id),
    replaces_engagement_id  BLOB REFERENCES engagements (id),
    change_type             TEXT NOT NULL,
    notice_class            TEXT NOT NULL,
    class_reason            TEXT,
    engagement_version_id   BLOB NOT NULL REFERENCES engagement_versions (id),
    organisation_version_id BLOB NOT NULL REFERENCES organisation_versions (id),
    facts_hash              BLOB NOT NULL,
    UNIQUE (change_id, position)
) STRICT;
CREATE INDEX lines_by_engagement ON lines (engagement_id);

CREATE TABLE notices (
    id             BLOB PRIMARY KEY,
    change_id      BLOB NOT NULL REFERENCES changes (id),
    version        INTEGER NOT NULL,
    state          TEXT NOT NULL,
    is_material    INTEGER NOT NULL,
    content        TEXT NOT NULL,
    content_hash   BLOB NOT NULL,
    planned_on     TEXT NOT NULL,
    dispatch_on    TEXT,
    created_at     TEXT NOT NULL,
    approved_at    TEXT,
    approved_by    BLOB REFERENCES staff (id),
    dispatched_at  TEXT,
    dispatched_by  BLOB REFERENCES staff (id),
    UNIQUE (change_id, version)
) STRICT;

-- Author of a notice version = everybody who edited it.
CREATE TABLE notice_editors (
    notice_id  BLOB NOT NULL REFERENCES notices (id),
    staff_id   BLOB NOT NULL REFERENCES staff (id),
    edited_at  TEXT NOT NULL,
    PRIMARY KEY (notice_id, staff_id)
) STRICT;

-- Frozen at approval, per customer: the policy read, and the window promised for delivery on the dispatch day.
CREATE TABLE promises (
    id                    BLOB PRIMARY KEY,
    notice_id             BLOB NOT NULL REFERENCES notices (id),
    customer_id           BLOB NOT NULL REFERENCES customers (id),
    policy_id             BLOB NOT NULL REFERENCES policies (id),
    inputs                TEXT NOT NULL,
    notice_window         TEXT NOT NULL,
    objection_window      TEXT NOT NULL,
    notice_last_day       TEXT NOT NULL,
    objection_last_day    TEXT NOT NULL,
    notice_expires_at     TEXT NOT NULL,
    objection_expires_at  TEXT NOT NULL,
    frozen_at             TEXT NOT NULL,
    UNIQUE (notice_id, customer_id)
) STRICT;

-- Line × customer: where authorisation, window, objection and activation attach.
CREATE TABLE authorisations (
    id                    BLOB PRIMARY KEY,
    line_id               BLOB NOT NULL REFERENCES lines (id),
    customer_id           BLOB NOT NULL REFERENCES customers (id),
    notice_id             BLOB REFERENCES notices (id),
    policy_id             BLOB NOT NULL REFERENCES policies (id),
    model                 TEXT NOT NULL,
    state                 TEXT NOT NULL,
    given_at              TEXT,
    evidence_grade        TEXT,
    evidence_settled_at   TEXT,
    notice_window         TEXT,
    objection_window      TEXT,
    notice_expires_at     TEXT,
    objection_expires_at  TEXT,
    changed_at            TEXT NOT NULL,
    UNIQUE (line_id, customer_id)
) STRICT;
CREATE INDEX authorisations_by_customer ON authorisations (customer_id);

CREATE TABLE authorisation_states (
    id                BLOB PRIMARY KEY,
    authorisation_id  BLOB NOT NULL REFERENCES authorisations (id),
    seq               INTEGER NOT NULL,
    state             TEXT NOT NULL,
    recorded_at       TEXT NOT NULL,
    recorded_by       BLOB REFERENCES staff (id),
    reason            TEXT,
    UNIQUE (authorisation_id, seq)
) STRICT;
CREATE TRIGGER authorisation_states_no_update BEFORE UPDATE ON authorisation_states BEGIN SELECT RAISE(ABORT, 'authorisation_states is append-only'); END;
CREATE TRIGGER authorisation_states_no_delete BEFORE DELETE ON authorisation_states BEGIN SELECT RAISE(ABORT, 'authorisation_states is append-only'); END;

-- Mails, deliveries, attempts ------------------------------------------------------------------------------------------

-- One mail to send. Addresses and MIME are encrypted; lease and retry times are wall-clock times, accepted_at is product time.
CREATE TABLE mails (
    id                   BLOB PRIMARY KEY,
    kind                 TEXT NOT NULL,
    about_id             BLOB,
    message_id           TEXT NOT NULL UNIQUE,
    recipient_key_id     TEXT NOT NULL,
    recipient            BLOB NOT NULL,
    recipient_index      BLOB NOT NULL,
    mime_key_id          TEXT NOT NULL,
    mime                 BLOB NOT NULL,
    mime_sha256          BLOB NOT NULL,
    state                TEXT NOT NULL,
    attempt_no           INTEGER NOT NULL,
    lease_owner          TEXT,
    lease_until          TEXT,
    next_at              TEXT NOT NULL,
    give_up_at           TEXT NOT NULL,
    queued_at            TEXT NOT NULL,
    accepted_at          TEXT,
    last_reply           TEXT,
    failed_reason        TEXT,
    is_possible_duplicate INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_by_state ON mails (state, next_at);
CREATE INDEX mails_by_about ON mails (about_id);

CREATE TABLE attempts (
    id          BLOB PRIMARY KEY,
    mail_id     BLOB NOT NULL REFERENCES mails (id),
    attempt_no  INTEGER NOT NULL,
    worker      TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    UNIQUE (mail_id, attempt_no)
) STRICT;
CREATE TRIGGER attempts_no_update BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ABORT, 'attempts is append-only'); END;
CREATE TRIGGER attempts_no_delete BEFORE DELETE ON attempts BEGIN SELECT RAISE(ABORT, 'attempts is append-only'); END;

-- One row for each thing learnt about an attempt; the last one counts.
CREATE TABLE attempt_results (
    id          BLOB PRIMARY KEY,
    attempt_id  BLOB NOT NULL REFERENCES attempts (id),
    outcome     TEXT NOT NULL,
    reply       TEXT,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_results_by_attempt ON attempt_results (attempt_id);
CREATE TRIGGER attempt_results_no_update BEFORE UPDATE ON attempt_results BEGIN SELECT RAISE(ABORT, 'attempt_results is append-only'); END;
CREATE TRIGGER attempt_results_no_delete BEFORE DELETE ON attempt_results BEGIN SELECT RAISE(ABORT, 'attempt_results is append-only'); END;

CREATE TABLE deliveries (
    id               BLOB PRIMARY KEY,
    notice_id        BLOB NOT NULL REFERENCES notices (id),
    customer_id      BLOB REFERENCES customers (id),
    contact_id       BLOB REFERENCES contacts (id),
    subscriber_id    BLOB,
    mail_id          BLOB NOT NULL REFERENCES mails (id),
    state            TEXT NOT NULL,
    accepted_at      TEXT,
    bounced_at       TEXT,
    acknowledged_at  TEXT,
    created_at       TEXT NOT NULL,
    changed_at       TEXT NOT NULL,
    UNIQUE (notice_id, contact_id),
    UNIQUE (notice_id, subscriber_id)
) STRICT;
CREATE INDEX deliveries_by_mail ON deliveries (mail_id);
CREATE INDEX deliveries_by_customer ON deliveries (customer_id, notice_id);

-- What the relay or a webhook said later, as received.
CREATE TABLE delivery_events (
    id            BLOB PRIMARY KEY,
    delivery_id   BLOB REFERENCES deliveries (id),
    kind          TEXT NOT NULL,
    occurred_at   TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    payload       BLOB,
    payload_hash  BLOB NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER delivery_events_no_update BEFORE UPDATE ON delivery_events BEGIN SELECT RAISE(ABORT, 'delivery_events is append-only'); END;
CREATE TRIGGER delivery_events_no_delete BEFORE DELETE ON delivery_events BEGIN SELECT RAISE(ABORT, 'delivery_events is append-only'); END;

CREATE TABLE acknowledgements (
    id               BLOB PRIMARY KEY,
    delivery_id      BLOB NOT NULL REFERENCES deliveries (id),
    notice_id        BLOB NOT NULL REFERENCES notices (id),
    customer_id      BLOB NOT NULL REFERENCES customers (id),
    name             TEXT NOT NULL,
    acknowledged_at  TEXT NOT NULL,
    UNIQUE (delivery_id)
) STRICT;
CREATE TRIGGER acknowledgements_no_update BEFORE UPDATE ON acknowledgements BEGIN SELECT RAISE(ABORT, 'acknowledgements is append-only'); END;
CREATE TRIGGER acknowledgements_no_delete BEFORE DELETE ON acknowledgements BEGIN SELECT RAISE(ABORT, 'acknowledgements is append-only'); END;

-- Mails as the demo's own relay received them; only --demo writes here.
CREATE TABLE demo_mails (
    id            BLOB PRIMARY KEY,
    received_at   TEXT NOT NULL,
    sender        TEXT NOT NULL,
    recipient     TEXT NOT NULL,
    subject       TEXT NOT NULL,
    mime          BLOB NOT NULL
) STRICT;

-- Objections -----------------------------------------------------------------------------------------------------------

CREATE TABLE objections (
    id                BLOB PRIMARY KEY,
    case_number       TEXT NOT NULL UNIQUE,
    authorisation_id  BLOB NOT NULL REFERENCES authorisations (id),
    line_id           BLOB NOT NULL REFERENCES lines (id),
    customer_id       BLOB NOT NULL REFERENCES customers (id),
    contact_id        BLOB REFERENCES contacts (id),
    notice_id         BLOB NOT NULL REFERENCES notices (id),
    state             TEXT NOT NULL,
    submitted_at      TEXT NOT NULL,
    is_in_time        INTEGER NOT NULL,
    changed_at        TEXT NOT NULL
) STRICT;
CREATE INDEX objections_by_authorisation ON objections (authorisation_id);

CREATE TABLE objection_versions (
    id            BLOB PRIMARY KEY,
    objection_id  BLOB NOT NULL REFERENCES objections (id),
    version       INTEGER NOT NULL,
    name          TEXT NOT NULL,
    grounds       TEXT NOT NULL,
    statement     TEXT NOT NULL,
    channel       TEXT NOT NULL,
    client        TEXT,
    submitted_at  TEXT NOT NULL,
    UNIQUE (objection_id, version)
) STRICT;
CREATE TRIGGER objection_versions_no_update BEFORE UPDATE ON objection_versions BEGIN SELECT RAISE(ABORT, 'objection_versions is append-only'); END;
CREATE TRIGGER objection_versions_no_delete BEFORE DELETE ON objection_versions BEGIN SELECT RAISE(ABORT, 'objection_versions is append-only'); END;

CREATE TABLE objection_events (
    id            BLOB PRIMARY KEY,
    objection_id  BLOB NOT NULL REFERENCES objections (id),
    seq           INTEGER NOT NULL,
    event         TEXT NOT NULL,
    from_state    TEXT,
    to_state      TEXT NOT NULL,
    actor_kind    TEXT NOT NULL,
    actor_id      BLOB,
    reason        TEXT,
    recorded_at   TEXT NOT NULL,
    UNIQUE (objection_id, seq)
) STRICT;
CREATE TRIGGER objection_events_no_update BEFORE UPDATE ON objection_events BEGIN SELECT RAISE(ABORT, 'objection_events is append-only'); END;
CREATE TRIGGER objection_events_no_delete BEFORE DELETE ON objection_events BEGIN SELECT RAISE(ABORT, 'objection_events is append-only'); END;

-- Activation -----------------------------------------------------------------------------------------------------------

-- Every decision with its full result, allowed or refused.
CREATE TABLE gate_decisions (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    line_id        BLOB REFERENCES lines (id),
    customer_id    BLOB REFERENCES customers (id),
    purpose        TEXT NOT NULL,
    is_allowed     INTEGER NOT NULL,
    result         TEXT NOT NULL,
    facts_hash     BLOB NOT NULL,
    decided_at     TEXT NOT NULL,
    decided_by     BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX gate_decisions_by_engagement ON gate_decisions (engagement_id);
CREATE TRIGGER gate_decisions_no_update BEFORE UPDATE ON gate_decisions BEGIN SELECT RAISE(ABORT, 'gate_decisions is append-only'); END;
CREATE TRIGGER gate_decisions_no_delete BEFORE DELETE ON gate_decisions BEGIN SELECT RAISE(ABORT, 'gate_decisions is append-only'); END;

-- customer_id null: active for everybody in scope.
CREATE TABLE activations (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    line_id        BLOB REFERENCES lines (id),
    customer_id    BLOB REFERENCES customers (id),
    decision_id    BLOB NOT NULL REFERENCES gate_decisions (id),
    activated_at   TEXT NOT NULL,
    activated_by   BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE INDEX activations_by_engagement ON activations (engagement_id);
CREATE TRIGGER activations_no_update BEFORE UPDATE ON activations BEGIN SELECT RAISE(ABORT, 'activations is append-only'); END;
CREATE TRIGGER activations_no_delete BEFORE DELETE ON activations BEGIN SELECT RAISE(ABORT, 'activations is append-only'); END;

CREATE TABLE tasks (
    id          BLOB PRIMARY KEY,
    kind        TEXT NOT NULL,
    role        TEXT NOT NULL,
    title       TEXT NOT NULL,
    path        TEXT NOT NULL,
    about_id    BLOB,
    due_on      TEXT,
    created_at  TEXT NOT NULL,
    done_at     TEXT,
    done_by     BLOB REFERENCES staff (id)
) STRICT;
CREATE INDEX tasks_open ON tasks (done_at, due_on);

-- Subscribers ----------------------------------------------------------------------------------------------------------

CREATE TABLE subscribers (
    id             BLOB PRIMARY KEY,
    address_key_id TEXT NOT NULL,
    address        BLOB NOT NULL,
    address_index  BLOB NOT NULL UNIQUE,
    locale         TEXT NOT NULL,
    state          TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    confirmed_at   TEXT,
    left_at        TEXT
) STRICT;

CREATE TABLE subscription_tokens (
    token_hash     BLOB PRIMARY KEY,
    subscriber_id  BLOB NOT NULL REFERENCES subscribers (id),
    purpose        TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    expires_at     TEXT NOT NULL,
    used_at        TEXT
) STRICT;
CREATE INDEX subscription_tokens_by_subscriber ON subscription_tokens (subscriber_id);

-- When a confirmation was asked for, per address, known or unknown.
CREATE TABLE confirmation_requests (
    id             BLOB PRIMARY KEY,
    address_index  BLOB NOT NULL,
    requested_at   TEXT NOT NULL
) STRICT;
CREATE INDEX confirmation_requests_by_address ON confirmation_requests (address_index, requested_at);

CREATE TABLE suppressions (
    address_index  BLOB PRIMARY KEY,
    created_at     TEXT NOT NULL
) STRICT;

-- Audit ----------------------------------------------------------------------------------------------------------------

CREATE TABLE audit (
    seq             INTEGER PRIMARY KEY,
    recorded_at     TEXT NOT NULL,
    actor_kind      TEXT NOT NULL,
    actor_id        BLOB,
    action          TEXT NOT NULL,
    subject_kind    TEXT NOT NULL,
    subject_id      BLOB,
    payload_digest  BLOB NOT NULL,
    prev_hash       BLOB NOT NULL,
    hash            BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

-- Retention may purge these; the chain keeps their salted digests.
CREATE TABLE audit_payloads (
    seq   INTEGER PRIMARY KEY REFERENCES audit (seq),
    salt  BLOB NOT NULL,
    body  TEXT NOT NULL
) STRICT;

CREATE TABLE audit_head (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    count      INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    key_id     TEXT NOT NULL,
    signature  BLOB NOT NULL
) STRICT;

CREATE TABLE audit_checkpoints (
    day         TEXT PRIMARY KEY,
    count       INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    key_id      TEXT NOT NULL,
    signature   BLOB NOT NULL,
    created_at  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;
