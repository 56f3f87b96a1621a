-- Events that may change what assessments came to: which ones they concern was listed when the event was raised, and what
-- somebody found out is kept for each of them.

CREATE TABLE review_triggers (
    id               UUID PRIMARY KEY,
    number           BIGINT NOT NULL UNIQUE,
    kind             TEXT NOT NULL,
    scope            TEXT NOT NULL,
    target           TEXT NOT NULL,
    description      TEXT NOT NULL,
    source_url       TEXT,
    occurred_on      DATE NOT NULL,
    takes_effect_on  DATE,
    due_on           DATE,
    raised_at        TIMESTAMPTZ NOT NULL,
    raised_by        UUID REFERENCES staff (id)
);
CREATE TRIGGER review_triggers_no_update BEFORE UPDATE ON review_triggers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_triggers_no_delete BEFORE DELETE ON review_triggers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE trigger_tias (
    trigger_id     UUID NOT NULL REFERENCES review_triggers (id),
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    number         BIGINT NOT NULL,
    record_id      UUID NOT NULL REFERENCES legal_records (id),
    PRIMARY KEY (trigger_id, engagement_id, number)
);
CREATE INDEX trigger_tias_by_engagement ON trigger_tias (engagement_id, number);
CREATE TRIGGER trigger_tias_no_update BEFORE UPDATE ON trigger_tias FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trigger_tias_no_delete BEFORE DELETE ON trigger_tias FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE trigger_triages (
    trigger_id     UUID NOT NULL REFERENCES review_triggers (id),
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    number         BIGINT NOT NULL,
    triage         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    decided_at     TIMESTAMPTZ NOT NULL,
    decided_by     UUID REFERENCES staff (id),
    PRIMARY KEY (trigger_id, engagement_id, number)
);
CREATE TRIGGER trigger_triages_no_update BEFORE UPDATE ON trigger_triages FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trigger_triages_no_delete BEFORE DELETE ON trigger_triages FOR EACH ROW EXECUTE FUNCTION refuse_change();
