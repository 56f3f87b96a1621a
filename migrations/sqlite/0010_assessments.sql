-- Transfer impact assessments: drafts while they are written, what happens to a version once it is handed in, measures
-- that move on, who got a copy, the list; and what is known of the law and practice of countries.

-- One row a save, so that somebody who saved over a colleague can be shown both; all of them go once the draft is handed in.
CREATE TABLE tia_drafts (
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    number         INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    body           TEXT NOT NULL,
    base_version   INTEGER NOT NULL,
    changed_at     TEXT NOT NULL,
    changed_by     BLOB NOT NULL REFERENCES staff (id),
    PRIMARY KEY (engagement_id, number, revision)
) STRICT;

-- What happened to a version after it was handed in; its approval is in legal_approvals.
CREATE TABLE tia_states (
    id           BLOB PRIMARY KEY,
    record_id    BLOB NOT NULL REFERENCES legal_records (id),
    seq          INTEGER NOT NULL,
    state        TEXT NOT NULL,
    event        TEXT NOT NULL,
    reason       TEXT,
    recorded_at  TEXT NOT NULL,
    recorded_by  BLOB REFERENCES staff (id),
    UNIQUE (record_id, seq)
) STRICT;
CREATE TRIGGER tia_states_no_update BEFORE UPDATE ON tia_states BEGIN SELECT RAISE(ABORT, 'tia_states is append-only'); END;
CREATE TRIGGER tia_states_no_delete BEFORE DELETE ON tia_states BEGIN SELECT RAISE(ABORT, 'tia_states is append-only'); END;

-- How far a measure came after the version that names it; with the number of the newest version at that time, which says
-- for itself how far its measures are.
CREATE TABLE measure_states (
    id             BLOB PRIMARY KEY,
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    number         INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    measure        INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    standing       TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    recorded_by    BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (engagement_id, number, measure, seq)
) STRICT;
CREATE TRIGGER measure_states_no_update BEFORE UPDATE ON measure_states BEGIN SELECT RAISE(ABORT, 'measure_states is append-only'); END;
CREATE TRIGGER measure_states_no_delete BEFORE DELETE ON measure_states BEGIN SELECT RAISE(ABORT, 'measure_states is append-only'); END;

-- Who got the redacted export, and when the importer acknowledged a version.
CREATE TABLE tia_disclosures (
    id            BLOB PRIMARY KEY,
    record_id     BLOB NOT NULL REFERENCES legal_records (id),
    recipient     TEXT NOT NULL,
    customer_id   BLOB REFERENCES customers (id),
    disclosed_on  TEXT NOT NULL,
    note          TEXT,
    recorded_at   TEXT NOT NULL,
    recorded_by   BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE INDEX tia_disclosures_by_record ON tia_disclosures (record_id);
CREATE TRIGGER tia_disclosures_no_update BEFORE UPDATE ON tia_disclosures BEGIN SELECT RAISE(ABORT, 'tia_disclosures is append-only'); END;
CREATE TRIGGER tia_disclosures_no_delete BEFORE DELETE ON tia_disclosures BEGIN SELECT RAISE(ABORT, 'tia_disclosures is append-only'); END;

-- One row an assessment, for lists only: the version that counts, or else the newest, or else the draft. It follows from
-- the tables above and is written anew whenever one of them changes.
CREATE TABLE tias (
    engagement_id   BLOB NOT NULL REFERENCES engagements (id),
    number          INTEGER NOT NULL,
    record_id       BLOB REFERENCES legal_records (id),
    version         INTEGER NOT NULL,
    state           TEXT NOT NULL,
    pending         TEXT,
    tia_type        TEXT NOT NULL,
    outcome         TEXT,
    mechanism       TEXT,
    destinations    TEXT NOT NULL,
    next_review_on  TEXT,
    PRIMARY KEY (engagement_id, number)
) STRICT;
CREATE INDEX tias_by_review ON tias (next_review_on, engagement_id, number);
CREATE INDEX tias_by_state ON tias (state, next_review_on);

INSERT INTO tias (engagement_id, number, record_id, version, state, pending, tia_type, outcome, mechanism, destinations, next_review_on)
SELECT r.engagement_id, r.number, r.id, r.version,
       CASE WHEN a.record_id IS NULL THEN json_extract(r.body, '$.state') ELSE 'APPROVED' END,
       NULL, json_extract(r.body, '$.tia_type'), json_extract(r.body, '$.outcome'), NULL,
       COALESCE((SELECT group_concat(value, ' ') FROM json_each(r.body, '$.destinations')), ''),
       json_extract(r.body, '$.next_review_on')
FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id
WHERE r.kind = 'TIA' AND r.version = COALESCE(
    (SELECT MAX(n.version) FROM legal_records n JOIN legal_approvals b ON b.record_id = n.id
     WHERE n.engagement_id = r.engagement_id AND n.kind = 'TIA' AND n.number = r.number),
    (SELECT MAX(n.version) FROM legal_records n
     WHERE n.engagement_id = r.engagement_id AND n.kind = 'TIA' AND n.number = r.number));

-- What is known of a country, version by version; an approved version counts.
CREATE TABLE country_versions (
    id           BLOB PRIMARY KEY,
    code         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    body         TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    recorded_by  BLOB NOT NULL REFERENCES staff (id),
    UNIQUE (code, version)
) STRICT;
CREATE TRIGGER country_versions_no_update BEFORE UPDATE ON country_versions BEGIN SELECT RAISE(ABORT, 'country_versions is append-only'); END;
CREATE TRIGGER country_versions_no_delete BEFORE DELETE ON country_versions BEGIN SELECT RAISE(ABORT, 'country_versions is append-only'); END;

CREATE TABLE country_approvals (
    country_version_id  BLOB PRIMARY KEY REFERENCES country_versions (id),
    approved_at         TEXT NOT NULL,
    approved_by         BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER country_approvals_no_update BEFORE UPDATE ON country_approvals BEGIN SELECT RAISE(ABORT, 'country_approvals is append-only'); END;
CREATE TRIGGER country_approvals_no_delete BEFORE DELETE ON country_approvals BEGIN SELECT RAISE(ABORT, 'country_approvals is append-only'); END;

-- Laws that every assessment of a country must judge, and where reviews come sooner than elsewhere.
INSERT INTO reference_rows (id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at) VALUES
    (X'019fcf38480070008000000000100001', 'LAW_TO_ASSESS', 'US', '{"name": "FISA 702"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    (X'019fcf38480070008000000000100002', 'LAW_TO_ASSESS', 'US', '{"name": "EO 12333"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    (X'019fcf38480070008000000000100003', 'LAW_TO_ASSESS', 'US', '{"name": "CLOUD Act"}', '2021-06-18', NULL, 'https://www.edpb.europa.eu/our-work-tools/our-documents/recommendations/recommendations-012020-measures-supplement-transfer_en', '2026-08-05', '2026-08-05T00:00:00+00:00'),
    (X'019fcf38480070008000000000100004', 'TIA_REVIEW_MONTHS', 'US', '{"months": 6, "reason": "The adequacy decision (EU) 2023/1795 is in force and contested before the Court of Justice (C-703/25 P)."}', '2025-10-31', NULL, 'https://eur-lex.europa.eu/eli/C/2025/6610/oj', '2026-08-05', '2026-08-05T00:00:00+00:00');
