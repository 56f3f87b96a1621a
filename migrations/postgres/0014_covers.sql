-- Which type of change covers which differing field of a version, as its author said when it was saved.
CREATE TABLE version_covers (
    version_id   UUID PRIMARY KEY,
    covers       JSONB NOT NULL,
    reason       TEXT,
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER version_covers_no_update BEFORE UPDATE ON version_covers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER version_covers_no_delete BEFORE DELETE ON version_covers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The same for the line that announces them; it is written anew while its change is a draft.
ALTER TABLE lines ADD COLUMN covers JSONB NOT NULL DEFAULT '[]';

-- A class of notice below the default: asked for by one person, decided by another, for the facts of that hash.
CREATE TABLE lowerings (
    id             UUID PRIMARY KEY,
    change_id      UUID NOT NULL REFERENCES changes (id),
    engagement_id  UUID NOT NULL REFERENCES engagements (id),
    notice_class   TEXT NOT NULL,
    reason         TEXT NOT NULL,
    facts_hash     BYTEA NOT NULL,
    asked_at       TIMESTAMPTZ NOT NULL,
    asked_by       UUID NOT NULL REFERENCES staff (id)
);
CREATE INDEX lowerings_by_change ON lowerings (change_id, engagement_id);
CREATE TRIGGER lowerings_no_update BEFORE UPDATE ON lowerings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lowerings_no_delete BEFORE DELETE ON lowerings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE lowering_decisions (
    lowering_id  UUID PRIMARY KEY REFERENCES lowerings (id),
    verdict      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    decided_at   TIMESTAMPTZ NOT NULL,
    decided_by   UUID NOT NULL REFERENCES staff (id)
);
CREATE TRIGGER lowering_decisions_no_update BEFORE UPDATE ON lowering_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lowering_decisions_no_delete BEFORE DELETE ON lowering_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
