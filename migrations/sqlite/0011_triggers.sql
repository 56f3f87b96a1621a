-- Events that may change what assessments came to: which ones they concern was listed when the event was raised, and what
-- somebody found out is kept for each of them.

CREATE TABLE review_triggers (
    id               BLOB PRIMARY KEY,
    number           INTEGER NOT NULL UNIQUE,
    kind             TEXT NOT NULL,
    scope            TEXT NOT NULL,
    target           TEXT NOT NULL,
    description      TEXT NOT NULL,
    source_url       TEXT,
    occurred_on      TEXT NOT NULL,
    takes_effect_on  TEXT,
    due_on           TEXT,
    raised_at        TEXT NOT NULL,
    raised_by        BLOB REFERENCES staff (id)
) STRICT;
CREATE TRIGGER review_triggers_no_update BEFORE UPDATE ON review_triggers BEGIN SELECT RAISE(ABORT, 'review_triggers is append-only'); END;
CREATE TRIGGER review_triggers_no_delete BEFORE DELETE ON review_triggers BEGIN SELECT RAISE(ABORT, 'review_triggers is append-only'); END;

CREATE TABLE trigger_tias (
    trigger_id     BLOB NOT NULL REFERENCES review_triggers (id),
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    number         INTEGER NOT NULL,
    record_id      BLOB NOT NULL REFERENCES legal_records (id),
    PRIMARY KEY (trigger_id, engagement_id, number)
) STRICT;
CREATE INDEX trigger_tias_by_engagement ON trigger_tias (engagement_id, number);
CREATE TRIGGER trigger_tias_no_update BEFORE UPDATE ON trigger_tias BEGIN SELECT RAISE(ABORT, 'trigger_tias is append-only'); END;
CREATE TRIGGER trigger_tias_no_delete BEFORE DELETE ON trigger_tias BEGIN SELECT RAISE(ABORT, 'trigger_tias is append-only'); END;

CREATE TABLE trigger_triages (
    trigger_id     BLOB NOT NULL REFERENCES review_triggers (id),
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    number         INTEGER NOT NULL,
    triage         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    decided_at     TEXT NOT NULL,
    decided_by     BLOB REFERENCES staff (id),
    PRIMARY KEY (trigger_id, engagement_id, number)
) STRICT;
CREATE TRIGGER trigger_triages_no_update BEFORE UPDATE ON trigger_triages BEGIN SELECT RAISE(ABORT, 'trigger_triages is append-only'); END;
CREATE TRIGGER trigger_triages_no_delete BEFORE DELETE ON trigger_triages BEGIN SELECT RAISE(ABORT, 'trigger_triages is append-only'); END;
