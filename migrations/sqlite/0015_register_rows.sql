-- The register as its list shows it: names to search and sort by, and how many gates were red when they were last counted.
-- Everything in it follows from other tables; a row without a day is counted again before it is shown.
CREATE TABLE register_rows (
    engagement_id    BLOB PRIMARY KEY REFERENCES engagements (id),
    organisation_id  BLOB NOT NULL REFERENCES organisations (id),
    slug             TEXT NOT NULL,
    company          TEXT NOT NULL,
    service          TEXT,
    company_key      TEXT NOT NULL,
    service_key      TEXT NOT NULL,
    searched         TEXT NOT NULL,
    role             TEXT NOT NULL,
    state            TEXT NOT NULL,
    state_rank       INTEGER NOT NULL,
    red              INTEGER NOT NULL,
    differs          INTEGER NOT NULL,
    changed_at       TEXT NOT NULL,
    counted_at       TEXT NOT NULL,
    counted_on       TEXT
) STRICT;
CREATE INDEX register_rows_by_company ON register_rows (company_key, slug);
CREATE INDEX register_rows_by_service ON register_rows (service_key, company_key, slug);
CREATE INDEX register_rows_by_state ON register_rows (state_rank, company_key, slug);
CREATE INDEX register_rows_by_red ON register_rows (red, company_key, slug);
CREATE INDEX register_rows_by_change ON register_rows (changed_at, company_key, slug);
CREATE INDEX register_rows_by_organisation ON register_rows (organisation_id);
CREATE INDEX register_rows_by_day ON register_rows (counted_on);

-- The chain downwards is asked of every engagement that is judged.
CREATE INDEX engagements_by_parent ON engagements (parent_engagement_id);
