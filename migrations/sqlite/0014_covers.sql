-- Which type of change covers which differing field of a version, as its author said when it was saved.
CREATE TABLE version_covers (
    version_id   BLOB PRIMARY KEY,
    covers       TEXT NOT NULL,
    reason       TEXT,
    recorded_at  TEXT NOT NULL,
    recorded_by  BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER version_covers_no_update BEFORE UPDATE ON version_covers BEGIN SELECT RAISE(ABORT, 'version_covers is append-only'); END;
CREATE TRIGGER version_covers_no_delete BEFORE DELETE ON version_covers BEGIN SELECT RAISE(ABORT, 'version_covers is append-only'); END;

-- The same for the line that announces them; it is written anew while its change is a draft.
ALTER TABLE lines ADD COLUMN covers TEXT NOT NULL DEFAULT '[]';

-- A class of notice below the default: asked for by one person, decided by another, for the facts of that hash.
CREATE TABLE lowerings (
    id             BLOB PRIMARY KEY,
    change_id      BLOB NOT NULL REFERENCES changes (id),
    engagement_id  BLOB NOT NULL REFERENCES engagements (id),
    notice_class   TEXT NOT NULL,
    reason         TEXT NOT NULL,
    facts_hash     BLOB NOT NULL,
    asked_at       TEXT NOT NULL,
    asked_by       BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE INDEX lowerings_by_change ON lowerings (change_id, engagement_id);
CREATE TRIGGER lowerings_no_update BEFORE UPDATE ON lowerings BEGIN SELECT RAISE(ABORT, 'lowerings is append-only'); END;
CREATE TRIGGER lowerings_no_delete BEFORE DELETE ON lowerings BEGIN SELECT RAISE(ABORT, 'lowerings is append-only'); END;

CREATE TABLE lowering_decisions (
    lowering_id  BLOB PRIMARY KEY REFERENCES lowerings (id),
    verdict      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    decided_at   TEXT NOT NULL,
    decided_by   BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER lowering_decisions_no_update BEFORE UPDATE ON lowering_decisions BEGIN SELECT RAISE(ABORT, 'lowering_decisions is append-only'); END;
CREATE TRIGGER lowering_decisions_no_delete BEFORE DELETE ON lowering_decisions BEGIN SELECT RAISE(ABORT, 'lowering_decisions is append-only'); END;
