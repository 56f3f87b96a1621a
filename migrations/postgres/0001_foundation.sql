-- Foundation. Facts are versions with valid and recorded time, never overwritten; what is evidence is append-only.
-- The SQLite and Postgres files have the same tables and columns; a test compares them.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

-- Publisher, settings, people -----------------------------------------------------------------------------------------

CREATE TABLE settings (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL,
    changed_at  TIMESTAMPTZ NOT NULL
);

-- One installation serves one publisher: exactly one row, id 1.
CREATE TABLE publisher (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    calendar    TEXT NOT NULL,
    contact     TEXT NOT NULL,
    changed_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE entities (
    id                  UUID PRIMARY KEY,
    legal_name          TEXT NOT NULL UNIQUE,
    registration_number TEXT,
    country             TEXT NOT NULL,
    address             TEXT,
    contact             TEXT,
    created_at          TIMESTAMPTZ NOT NULL,
    ended_at            TIMESTAMPTZ
);

CREATE TABLE products (
    id          UUID PRIMARY KEY,
    entity_id   UUID NOT NULL REFERENCES entities (id),
    name        TEXT NOT NULL UNIQUE,
    slug        TEXT NOT NULL UNIQUE,
    created_at  TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ
);

CREATE TABLE staff (
    id                  UUID PRIMARY KEY,
    login               TEXT NOT NULL UNIQUE,
    display_name        TEXT NOT NULL,
    password_hash       TEXT NOT NULL,
    password_changed_at TIMESTAMPTZ NOT NULL,
    roles               JSONB NOT NULL,
    second_factor       JSONB,
    created_at          TIMESTAMPTZ NOT NULL,
    disabled_at         TIMESTAMPTZ
);

-- Sessions, by the hash of their id; times are wall-clock times. staff_id lets a password change end all others.
CREATE TABLE sessions (
    id_hash      BYTEA PRIMARY KEY,
    staff_id     UUID REFERENCES staff (id),
    record       BYTEA NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_staff ON sessions (staff_id);

CREATE TABLE password_resets (
    token_hash  BYTEA PRIMARY KEY,
    staff_id    UUID NOT NULL REFERENCES staff (id),
    created_at  TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL,
    used_at     TIMESTAMPTZ
);

-- Customers ------------------------------------------------------------------------------------------------------------

CREATE TABLE customers (
    id            UUID PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    reference     TEXT UNIQUE,
    customer_role TEXT NOT NULL,
    country       TEXT NOT NULL,
    signed_on     DATE NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    created_by    UUID REFERENCES staff (id),
    ended_at      TIMESTAMPTZ
);

-- A customer's contract terms; the highest version that is confirmed (or never shortened anything) is in force.
CREATE TABLE policies (
    id            UUID PRIMARY KEY,
    customer_id   UUID NOT NULL REFERENCES customers (id),
    version       BIGINT NOT NULL,
    terms         JSONB NOT NULL,
    valid_from    DATE NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL,
    recorded_by   UUID REFERENCES staff (id),
    needs_confirmation BOOLEAN NOT NULL,
    UNIQUE (customer_id, version)
);
CREATE TRIGGER policies_no_update BEFORE UPDATE ON policies FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE policy_confirmations (
    policy_id     UUID PRIMARY KEY REFERENCES policies (id),
    confirmed_at  TIMESTAMPTZ NOT NULL,
    confirmed_by  UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER policy_confirmations_no_update BEFORE UPDATE ON policy_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_confirmations_no_delete BEFORE DELETE ON policy_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE customer_products (
    customer_id UUID NOT NULL REFERENCES customers (id),
    product_id  UUID NOT NULL REFERENCES products (id),
    PRIMARY KEY (customer_id, product_id)
);

-- What the customer was shown at signature: list version and the changes then pending.
CREATE TABLE signatures (
    id            UUID PRIMARY KEY,
    customer_id   UUID NOT NULL REFERENCES customers (id),
    signed_on     DATE NOT NULL,
    list_version  BIGINT,
    pending_shown JSONB NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL,
    recorded_by   UUID REFERENCES staff (id)
);
CREATE TRIGGER signatures_no_update BEFORE UPDATE ON signatures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signatures_no_delete BEFORE DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE contacts (
    id             UUID PRIMARY KEY,
    customer_id    UUID NOT NULL REFERENCES customers (id),
    kind           TEXT NOT NULL,
    rank           BIGINT NOT NULL,
    name           TEXT NOT NULL,
    locale         TEXT NOT NULL,
    address_key_id TEXT NOT NULL,
    address        BYTEA NOT NULL,
    address_index  BYTEA NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    created_by     UUID REFERENCES staff (id),
    ended_at       TIMESTAMPTZ
);
CREATE INDEX contacts_by_customer ON contacts (customer_id);
CREATE INDEX contacts_by_address ON contacts (address_index);

-- Register -------------------------------------------------------------------------------------------------------------

CREATE TABLE organisations (
    id          UUID PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    created_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE organisation_versions (
    id              UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    version         BIGINT NOT NULL,
    facts           JSONB NOT NULL,
    valid_from      DATE,
    recorded_at     TIMESTAMPTZ NOT NULL,
    recorded_by     UUID REFERENCES staff (id),
    reason          TEXT,
    UNIQUE (organisation_id, version)
);
CREATE TRIGGER organisation_versions_no_update BEFORE UPDATE ON organisation_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER organisation_versions_no_delete BEFORE DELETE ON organisation_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE engagements (
    id                   UUID PRIMARY KEY,
    organisation_id      UUID NOT NULL REFERENCES organisations (id),
    entity_id            UUID REFERENCES entities (id),
    slug                 TEXT NOT NULL UNIQUE,
    parent_engagement_id UUID REFERENCES engagements (id),
    created_at           TIMESTAMPTZ NOT NULL,
    created_by           UUID REFERENCES staff (id)
);
CREATE INDEX engagements_by_organisation ON engagements (organisation_id);

CREATE TABLE engagement_versions (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    version        BIGINT NOT NULL,
    facts          JSONB NOT NULL,
    valid_from     DATE,
    recorded_at    TIMESTAMPTZ NOT NULL,
    recorded_by    UUID REFERENCES staff (id),
    reason         TEXT,
    UNIQUE (engagement_id, version)
);
CREATE TRIGGER engagement_versions_no_update BEFORE UPDATE ON engagement_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER engagement_versions_no_delete BEFORE DELETE ON engagement_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The state of an engagement is its last row here.
CREATE TABLE engagement_states (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    seq            BIGINT NOT NULL,
    state          TEXT NOT NULL,
    recorded_at    TIMESTAMPTZ NOT NULL,
    recorded_by    UUID REFERENCES staff (id),
    reason         TEXT,
    UNIQUE (engagement_id, seq)
);
CREATE TRIGGER engagement_states_no_update BEFORE UPDATE ON engagement_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER engagement_states_no_delete BEFORE DELETE ON engagement_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the public list shows of an engagement from recorded_at on; as_of reads the last row before the end of that day.
CREATE TABLE listings (
    id                      UUID PRIMARY KEY,
    list_version            BIGINT NOT NULL UNIQUE,
    engagement_id           UUID NOT NULL REFERENCES engagements (id),
    engagement_version_id   UUID NOT NULL REFERENCES engagement_versions (id),
    organisation_version_id UUID NOT NULL REFERENCES organisation_versions (id),
    listing                 TEXT NOT NULL,
    in_use_from             DATE,
    line_id                 UUID,
    recorded_at             TIMESTAMPTZ NOT NULL
);
CREATE INDEX listings_by_engagement ON listings (engagement_id, list_version);
CREATE TRIGGER listings_no_update BEFORE UPDATE ON listings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER listings_no_delete BEFORE DELETE ON listings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE baselines (
    engagement_id UUID PRIMARY KEY REFERENCES engagements (id),
    in_use_since  DATE NOT NULL,
    attested_at   TIMESTAMPTZ NOT NULL,
    attested_by   UUID NOT NULL REFERENCES staff (id),
    findings      JSONB NOT NULL
);
CREATE TRIGGER baselines_no_update BEFORE UPDATE ON baselines FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER baselines_no_delete BEFORE DELETE ON baselines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Contract, security assessment, transfer, TIA. An engagement may have several of a kind (a transfer per destination),
-- each with its own number and versions; the version that ends one says since when.
CREATE TABLE legal_records (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    kind           TEXT NOT NULL,
    number         BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    body           JSONB NOT NULL,
    valid_from     DATE,
    ended_on       DATE,
    recorded_at    TIMESTAMPTZ NOT NULL,
    recorded_by    UUID NOT NULL REFERENCES staff (id),
    UNIQUE (engagement_id, kind, number, version)
);
CREATE TRIGGER legal_records_no_update BEFORE UPDATE ON legal_records FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER legal_records_no_delete BEFORE DELETE ON legal_records FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE legal_approvals (
    record_id    UUID PRIMARY KEY REFERENCES legal_records (id),
    approved_at  TIMESTAMPTZ NOT NULL,
    approved_by  UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER legal_approvals_no_update BEFORE UPDATE ON legal_approvals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER legal_approvals_no_delete BEFORE DELETE ON legal_approvals FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Dated legal facts: EEA membership, adequacy decisions, holiday overrides.
CREATE TABLE reference_rows (
    id           UUID PRIMARY KEY,
    kind         TEXT NOT NULL,
    code         TEXT NOT NULL,
    body         JSONB NOT NULL,
    valid_from   DATE NOT NULL,
    valid_to     DATE,
    source_url   TEXT NOT NULL,
    checked_on   DATE NOT NULL,
    recorded_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX reference_rows_by_code ON reference_rows (kind, code);

CREATE TABLE imports (
    id           UUID PRIMARY KEY,
    file_name    TEXT NOT NULL,
    sha256       BYTEA NOT NULL,
    report       JSONB NOT NULL,
    imported_at  TIMESTAMPTZ NOT NULL,
    imported_by  UUID REFERENCES staff (id)
);
CREATE INDEX imports_by_hash ON imports (sha256);

-- Changes, notices, customers ------------------------------------------------------------------------------------------

CREATE TABLE changes (
    id            UUID PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL,
    planned_on    DATE NOT NULL,
    announced_at  TIMESTAMPTZ,
    created_at    TIMESTAMPTZ NOT NULL,
    created_by    UUID NOT NULL REFERENCES staff (id)
);

CREATE TABLE change_states (
    id           UUID PRIMARY KEY,
    change_id    UUID NOT NULL REFERENCES changes (id),
    seq          BIGINT NOT NULL,
    state        TEXT NOT NULL,
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  UUID REFERENCES staff (id),
    reason       TEXT,
    UNIQUE (change_id, seq)
);
CREATE TRIGGER change_states_no_update BEFORE UPDATE ON change_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_states_no_delete BEFORE DELETE ON change_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE lines (
    id                      UUID PRIMARY KEY,
    change_id               UUID NOT NULL REFERENCES changes (id),
    position                BIGINT NOT NULL,
    engagement_id           UUID NOT NULL REFERENCES engagements (id),
    replaces_engagement_id  UUID REFERENCES engagements (id),
    change_type             TEXT NOT NULL,
    notice_class            TEXT NOT NULL,
    class_reason            TEXT,
    engagement_version_id   UUID NOT NULL REFERENCES engagement_versions (id),
    organisation_version_id UUID NOT NULL REFERENCES organisation_versions (id),
    facts_hash              BYTEA NOT NULL,
    UNIQUE (change_id, position)
);
CREATE INDEX lines_by_engagement ON lines (engagement_id);

CREATE TABLE notices (
    id             UUID PRIMARY KEY,
    change_id      UUID NOT NULL REFERENCES changes (id),
    version        BIGINT NOT NULL,
    state          TEXT NOT NULL,
    is_material    BOOLEAN NOT NULL,
    content        JSONB NOT NULL,
    content_hash   BYTEA NOT NULL,
    planned_on     DATE NOT NULL,
    dispatch_on    DATE,
    created_at     TIMESTAMPTZ NOT NULL,
    approved_at    TIMESTAMPTZ,
    approved_by    UUID REFERENCES staff (id),
    dispatched_at  TIMESTAMPTZ,
    dispatched_by  UUID REFERENCES staff (id),
    UNIQUE (change_id, version)
);

-- Author of a notice version = everybody who edited it.
CREATE TABLE notice_editors (
    notice_id  UUID NOT NULL REFERENCES notices (id),
    staff_id   UUID NOT NULL REFERENCES staff (id),
    edited_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (notice_id, staff_id)
);

-- Frozen at approval, per customer: the policy read, and the window promised for delivery on the dispatch day.
CREATE TABLE promises (
    id                    UUID PRIMARY KEY,
    notice_id             UUID NOT NULL REFERENCES notices (id),
    customer_id           UUID NOT NULL REFERENCES customers (id),
    policy_id             UUID NOT NULL REFERENCES policies (id),
    inputs                JSONB NOT NULL,
    notice_window         JSONB NOT NULL,
    objection_window      JSONB NOT NULL,
    notice_last_day       DATE NOT NULL,
    objection_last_day    DATE NOT NULL,
    notice_expires_at     TIMESTAMPTZ NOT NULL,
    objection_expires_at  TIMESTAMPTZ NOT NULL,
    frozen_at             TIMESTAMPTZ NOT NULL,
    UNIQUE (notice_id, customer_id)
);

-- Line × customer: where authorisation, window, objection and activation attach.
CREATE TABLE authorisations (
    id                    UUID PRIMARY KEY,
    line_id               UUID NOT NULL REFERENCES lines (id),
    customer_id           UUID NOT NULL REFERENCES customers (id),
    notice_id             UUID REFERENCES notices (id),
    policy_id             UUID NOT NULL REFERENCES policies (id),
    model                 TEXT NOT NULL,
    state                 TEXT NOT NULL,
    given_at              TIMESTAMPTZ,
    evidence_grade        TEXT,
    evidence_settled_at   TIMESTAMPTZ,
    notice_window         JSONB,
    objection_window      JSONB,
    notice_expires_at     TIMESTAMPTZ,
    objection_expires_at  TIMESTAMPTZ,
    changed_at            TIMESTAMPTZ NOT NULL,
    UNIQUE (line_id, customer_id)
);
CREATE INDEX authorisations_by_customer ON authorisations (customer_id);

CREATE TABLE authorisation_states (
    id                UUID PRIMARY KEY,
    authorisation_id  UUID NOT NULL REFERENCES authorisations (id),
    seq               BIGINT NOT NULL,
    state             TEXT NOT NULL,
    recorded_at       TIMESTAMPTZ NOT NULL,
    recorded_by       UUID REFERENCES staff (id),
    reason            TEXT,
    UNIQUE (authorisation_id, seq)
);
CREATE TRIGGER authorisation_states_no_update BEFORE UPDATE ON authorisation_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER authorisation_states_no_delete BEFORE DELETE ON authorisation_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Mails, deliveries, attempts ------------------------------------------------------------------------------------------

-- One mail to send. Addresses and MIME are encrypted; lease and retry times are wall-clock times, accepted_at is product time.
CREATE TABLE mails (
    id                   UUID PRIMARY KEY,
    kind                 TEXT NOT NULL,
    about_id             UUID,
    message_id           TEXT NOT NULL UNIQUE,
    recipient_key_id     TEXT NOT NULL,
    recipient            BYTEA NOT NULL,
    recipient_index      BYTEA NOT NULL,
    mime_key_id          TEXT NOT NULL,
    mime                 BYTEA NOT NULL,
    mime_sha256          BYTEA NOT NULL,
    state                TEXT NOT NULL,
    attempt_no           BIGINT NOT NULL,
    lease_owner          TEXT,
    lease_until          TIMESTAMPTZ,
    next_at              TIMESTAMPTZ NOT NULL,
    give_up_at           TIMESTAMPTZ NOT NULL,
    queued_at            TIMESTAMPTZ NOT NULL,
    accepted_at          TIMESTAMPTZ,
    last_reply           TEXT,
    failed_reason        TEXT,
    is_possible_duplicate BOOLEAN NOT NULL
);
CREATE INDEX mails_by_state ON mails (state, next_at);
CREATE INDEX mails_by_about ON mails (about_id);

CREATE TABLE attempts (
    id          UUID PRIMARY KEY,
    mail_id     UUID NOT NULL REFERENCES mails (id),
    attempt_no  BIGINT NOT NULL,
    worker      TEXT NOT NULL,
    started_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (mail_id, attempt_no)
);
CREATE TRIGGER attempts_no_update BEFORE UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempts_no_delete BEFORE DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One row for each thing learnt about an attempt; the last one counts.
CREATE TABLE attempt_results (
    id          UUID PRIMARY KEY,
    attempt_id  UUID NOT NULL REFERENCES attempts (id),
    outcome     TEXT NOT NULL,
    reply       TEXT,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX attempt_results_by_attempt ON attempt_results (attempt_id);
CREATE TRIGGER attempt_results_no_update BEFORE UPDATE ON attempt_results FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempt_results_no_delete BEFORE DELETE ON attempt_results FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deliveries (
    id               UUID PRIMARY KEY,
    notice_id        UUID NOT NULL REFERENCES notices (id),
    customer_id      UUID REFERENCES customers (id),
    contact_id       UUID REFERENCES contacts (id),
    subscriber_id    UUID,
    mail_id          UUID NOT NULL REFERENCES mails (id),
    state            TEXT NOT NULL,
    accepted_at      TIMESTAMPTZ,
    bounced_at       TIMESTAMPTZ,
    acknowledged_at  TIMESTAMPTZ,
    created_at       TIMESTAMPTZ NOT NULL,
    changed_at       TIMESTAMPTZ NOT NULL,
    UNIQUE (notice_id, contact_id),
    UNIQUE (notice_id, subscriber_id)
);
CREATE INDEX deliveries_by_mail ON deliveries (mail_id);
CREATE INDEX deliveries_by_customer ON deliveries (customer_id, notice_id);

-- What the relay or a webhook said later, as received.
CREATE TABLE delivery_events (
    id            UUID PRIMARY KEY,
    delivery_id   UUID REFERENCES deliveries (id),
    kind          TEXT NOT NULL,
    occurred_at   TIMESTAMPTZ NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL,
    payload       BYTEA,
    payload_hash  BYTEA NOT NULL UNIQUE
);
CREATE TRIGGER delivery_events_no_update BEFORE UPDATE ON delivery_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_events_no_delete BEFORE DELETE ON delivery_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE acknowledgements (
    id               UUID PRIMARY KEY,
    delivery_id      UUID NOT NULL REFERENCES deliveries (id),
    notice_id        UUID NOT NULL REFERENCES notices (id),
    customer_id      UUID NOT NULL REFERENCES customers (id),
    name             TEXT NOT NULL,
    acknowledged_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (delivery_id)
);
CREATE TRIGGER acknowledgements_no_update BEFORE UPDATE ON acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER acknowledgements_no_delete BEFORE DELETE ON acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Mails as the demo's own relay received them; only --demo writes here.
CREATE TABLE demo_mails (
    id            UUID PRIMARY KEY,
    received_at   TIMESTAMPTZ NOT NULL,
    sender        TEXT NOT NULL,
    recipient     TEXT NOT NULL,
    subject       TEXT NOT NULL,
    mime          BYTEA NOT NULL
);

-- Objections -----------------------------------------------------------------------------------------------------------

CREATE TABLE objections (
    id                UUID PRIMARY KEY,
    case_number       TEXT NOT NULL UNIQUE,
    authorisation_id  UUID NOT NULL REFERENCES authorisations (id),
    line_id           UUID NOT NULL REFERENCES lines (id),
    customer_id       UUID NOT NULL REFERENCES customers (id),
    contact_id        UUID REFERENCES contacts (id),
    notice_id         UUID NOT NULL REFERENCES notices (id),
    state             TEXT NOT NULL,
    submitted_at      TIMESTAMPTZ NOT NULL,
    is_in_time        BOOLEAN NOT NULL,
    changed_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX objections_by_authorisation ON objections (authorisation_id);

CREATE TABLE objection_versions (
    id            UUID PRIMARY KEY,
    objection_id  UUID NOT NULL REFERENCES objections (id),
    version       BIGINT NOT NULL,
    name          TEXT NOT NULL,
    grounds       JSONB NOT NULL,
    statement     TEXT NOT NULL,
    channel       TEXT NOT NULL,
    client        TEXT,
    submitted_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (objection_id, version)
);
CREATE TRIGGER objection_versions_no_update BEFORE UPDATE ON objection_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_versions_no_delete BEFORE DELETE ON objection_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE objection_events (
    id            UUID PRIMARY KEY,
    objection_id  UUID NOT NULL REFERENCES objections (id),
    seq           BIGINT NOT NULL,
    event         TEXT NOT NULL,
    from_state    TEXT,
    to_state      TEXT NOT NULL,
    actor_kind    TEXT NOT NULL,
    actor_id      UUID,
    reason        TEXT,
    recorded_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (objection_id, seq)
);
CREATE TRIGGER objection_events_no_update BEFORE UPDATE ON objection_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_events_no_delete BEFORE DELETE ON objection_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Activation -----------------------------------------------------------------------------------------------------------

-- Every decision with its full result, allowed or refused.
CREATE TABLE gate_decisions (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    line_id        UUID REFERENCES lines (id),
    customer_id    UUID REFERENCES customers (id),
    purpose        TEXT NOT NULL,
    is_allowed     BOOLEAN NOT NULL,
    result         JSONB NOT NULL,
    facts_hash     BYTEA NOT NULL,
    decided_at     TIMESTAMPTZ NOT NULL,
    decided_by     UUID REFERENCES staff (id)
);
CREATE INDEX gate_decisions_by_engagement ON gate_decisions (engagement_id);
CREATE TRIGGER gate_decisions_no_update BEFORE UPDATE ON gate_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gate_decisions_no_delete BEFORE DELETE ON gate_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- customer_id null: active for everybody in scope.
CREATE TABLE activations (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    line_id        UUID REFERENCES lines (id),
    customer_id    UUID REFERENCES customers (id),
    decision_id    UUID NOT NULL REFERENCES gate_decisions (id),
    activated_at   TIMESTAMPTZ NOT NULL,
    activated_by   UUID NOT NULL REFERENCES staff (id)
);
CREATE INDEX activations_by_engagement ON activations (engagement_id);
CREATE TRIGGER activations_no_update BEFORE UPDATE ON activations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER activations_no_delete BEFORE DELETE ON activations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE tasks (
    id          UUID PRIMARY KEY,
    kind        TEXT NOT NULL,
    role        TEXT NOT NULL,
    title       TEXT NOT NULL,
    path        TEXT NOT NULL,
    about_id    UUID,
    due_on      DATE,
    created_at  TIMESTAMPTZ NOT NULL,
    done_at     TIMESTAMPTZ,
    done_by     UUID REFERENCES staff (id)
);
CREATE INDEX tasks_open ON tasks (done_at, due_on);

-- Subscribers ----------------------------------------------------------------------------------------------------------

CREATE TABLE subscribers (
    id             UUID PRIMARY KEY,
    address_key_id TEXT NOT NULL,
    address        BYTEA NOT NULL,
    address_index  BYTEA NOT NULL UNIQUE,
    locale         TEXT NOT NULL,
    state          TEXT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    confirmed_at   TIMESTAMPTZ,
    left_at        TIMESTAMPTZ
);

CREATE TABLE subscription_tokens (
    token_hash     BYTEA PRIMARY KEY,
    subscriber_id  UUID NOT NULL REFERENCES subscribers (id),
    purpose        TEXT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    expires_at     TIMESTAMPTZ NOT NULL,
    used_at        TIMESTAMPTZ
);
CREATE INDEX subscription_tokens_by_subscriber ON subscription_tokens (subscriber_id);

-- When a confirmation was asked for, per address, known or unknown.
CREATE TABLE confirmation_requests (
    id             UUID PRIMARY KEY,
    address_index  BYTEA NOT NULL,
    requested_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX confirmation_requests_by_address ON confirmation_requests (address_index, requested_at);

CREATE TABLE suppressions (
    address_index  BYTEA PRIMARY KEY,
    created_at     TIMESTAMPTZ NOT NULL
);

-- Audit ----------------------------------------------------------------------------------------------------------------

CREATE TABLE audit (
    seq             BIGINT PRIMARY KEY,
    recorded_at     TIMESTAMPTZ NOT NULL,
    actor_kind      TEXT NOT NULL,
    actor_id        UUID,
    action          TEXT NOT NULL,
    subject_kind    TEXT NOT NULL,
    subject_id      UUID,
    payload_digest  BYTEA NOT NULL,
    prev_hash       BYTEA NOT NULL,
    hash            BYTEA NOT NULL
);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Retention may purge these; the chain keeps their salted digests.
CREATE TABLE audit_payloads (
    seq   BIGINT PRIMARY KEY REFERENCES audit (seq),
    salt  BYTEA NOT NULL,
    body  TEXT NOT NULL
);

CREATE TABLE audit_head (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    count      BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    key_id     TEXT NOT NULL,
    signature  BYTEA NOT NULL
);

CREATE TABLE audit_checkpoints (
    day         DATE PRIMARY KEY,
    count       BIGINT NOT NULL,
    hash        BYTEA NOT NULL,
    key_id      TEXT NOT NULL,
    signature   BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
