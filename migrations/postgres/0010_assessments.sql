-- Transfer impact assessments: drafts while they are written, what happens to a version once it is handed in, measures
-- that move on, who got a copy, the list; and what is known of the law and practice of countries.

-- One row a save, so that somebody who saved over a colleague can be shown both; all of them go once the draft is handed in.
CREATE TABLE tia_drafts (
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    number         BIGINT NOT NULL,
    revision       BIGINT NOT NULL,
    body           JSONB NOT NULL,
    base_version   BIGINT NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    changed_by     UUID NOT NULL REFERENCES staff (id),
    PRIMARY KEY (engagement_id, number, revision)
);

-- What happened to a version after it was handed in; its approval is in legal_approvals.
CREATE TABLE tia_states (
    id           UUID PRIMARY KEY,
    record_id    UUID NOT NULL REFERENCES legal_records (id),
    seq          BIGINT NOT NULL,
    state        TEXT NOT NULL,
    event        TEXT NOT NULL,
    reason       TEXT,
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  UUID REFERENCES staff (id),
    UNIQUE (record_id, seq)
);
CREATE TRIGGER tia_states_no_update BEFORE UPDATE ON tia_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tia_states_no_delete BEFORE DELETE ON tia_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How far a measure came after the version that names it; with the number of the newest version at that time, which says
-- for itself how far its measures are.
CREATE TABLE measure_states (
    id             UUID PRIMARY KEY,
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    number         BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    measure        BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    standing       JSONB NOT NULL,
    recorded_at    TIMESTAMPTZ NOT NULL,
    recorded_by    UUID NOT NULL REFERENCES staff (id),
    UNIQUE (engagement_id, number, measure, seq)
);
CREATE TRIGGER measure_states_no_update BEFORE UPDATE ON measure_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER measure_states_no_delete BEFORE DELETE ON measure_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Who got the redacted export, and when the importer acknowledged a version.
CREATE TABLE tia_disclosures (
    id            UUID PRIMARY KEY,
    record_id     UUID NOT NULL REFERENCES legal_records (id),
    recipient     TEXT NOT NULL,
    customer_id   UUID REFERENCES customers (id),
    disclosed_on  DATE NOT NULL,
    note          TEXT,
    recorded_at   TIMESTAMPTZ NOT NULL,
    recorded_by   UUID NOT NULL REFERENCES staff (id)
);
CREATE INDEX tia_disclosures_by_record ON tia_disclosures (record_id);
CREATE TRIGGER tia_disclosures_no_update BEFORE UPDATE ON tia_disclosures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tia_disclosures_no_delete BEFORE DELETE ON tia_disclosures FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One row an assessment, for lists only: the version that counts, or else the newest, or else the draft. It follows from
-- the tables above and is written anew whenever one of them changes.
CREATE TABLE tias (
    engagement_id   UUID NOT NULL REFERENCES engagements (id),
    number          BIGINT NOT NULL,
    record_id       UUID REFERENCES legal_records (id),
    version         BIGINT NOT NULL,
    state           TEXT NOT NULL,
    pending         TEXT,
    tia_type        TEXT NOT NULL,
    outcome         TEXT,
    mechanism       TEXT,
    destinations    TEXT NOT NULL,
    next_review_on  DATE,
    PRIMARY KEY (engagement_id, number)
);
CREATE INDEX tias_by_review ON tias (next_review_on, engagement_id, number);
CREATE INDEX tias_by_state ON tias (state, next_review_on);

INSERT INTO tias (engagement_id, number, record_id, version, state, pending, tia_type, outcome, mechanism, destinations, next_review_on)
SELECT r.engagement_id, r.number, r.id, r.version,
       CASE WHEN a.record_id IS NULL THEN r.body ->> 'state' ELSE 'APPROVED' END,
       NULL, r.body ->> 'tia_type', r.body ->> 'outcome', NULL,
       COALESCE((SELECT string_agg(d.value, ' ') FROM jsonb_array_elements_text(r.body -> 'destinations') AS d (value)), ''),
       (r.body ->> 'next_review_on')::date
FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id
WHERE r.kind = 'TIA' AND r.version = COALESCE(
    (SELECT MAX(n.version) FROM legal_records n JOIN legal_approvals b ON b.record_id = n.id
     WHERE n.engagement_id = r.engagement_id AND n.kind = 'TIA' AND n.number = r.number),
    (SELECT MAX(n.version) FROM legal_records n
     WHERE n.engagement_id = r.engagement_id AND n.kind = 'TIA' AND n.number = r.number));

-- What is known of a country, version by version; an approved version counts.
CREATE TABLE country_versions (
    id           UUID PRIMARY KEY,
    code         TEXT NOT NULL,
    version      BIGINT NOT NULL,
    body         JSONB NOT NULL,
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  UUID NOT NULL REFERENCES staff (id),
    UNIQUE (code, version)
);
CREATE TRIGGER country_versions_no_update BEFORE UPDATE ON country_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER country_versions_no_delete BEFORE DELETE ON country_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE country_approvals (
    country_version_id  UUID PRIMARY KEY REFERENCES country_versions (id),
    approved_at         TIMESTAMPTZ NOT NULL,
    approved_by         UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER country_approvals_no_update BEFORE UPDATE ON country_approvals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER country_approvals_no_delete BEFORE DELETE ON country_approvals FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Laws that every assessment of a country must judge, and where reviews come sooner than elsewhere.
INSERT INTO reference_rows (id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at) VALUES
    ('019fcf38-4800-7000-8000-000000100001', 'LAW_TO_ASSESS', 'US', '{"name": "FISA 702"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    ('019fcf38-4800-7000-8000-000000100002', 'LAW_TO_ASSESS', 'US', '{"name": "EO 12333"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    ('019fcf38-4800-7000-8000-000000100003', 'LAW_TO_ASSESS', 'US', '{"name": "CLOUD Act"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    ('019fcf38-4800-7000-8000-000000100004', 'TIA_REVIEW_MONTHS', 'US', '{"months": 6, "reason": "The adequacy decision (EU) 2023/1795 is in force and contested before the Court of Justice (C-703/25 P)."}', '2025-10-31', NULL, 'https://eur-lex.europa.eu/eli/C/2025/6610/oj', '2026-08-05', '2026-08-05T00:00:00+00:00');
