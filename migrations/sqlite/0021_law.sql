-- A row of law that a person records counts once somebody else has confirmed it; one that was turned down never counts.
CREATE TABLE reference_verdicts (
    row_id      BLOB PRIMARY KEY REFERENCES reference_rows (id),
    verdict     TEXT NOT NULL,
    decided_at  TEXT NOT NULL,
    decided_by  BLOB NOT NULL REFERENCES staff (id)
) STRICT;
CREATE TRIGGER reference_verdicts_no_update BEFORE UPDATE ON reference_verdicts BEGIN SELECT RAISE(ABORT, 'reference_verdicts is append-only'); END;
CREATE TRIGGER reference_verdicts_no_delete BEFORE DELETE ON reference_verdicts BEGIN SELECT RAISE(ABORT, 'reference_verdicts is append-only'); END;
-- What was recorded before counted at once, and goes on counting since then.
INSERT INTO reference_verdicts (row_id, verdict, decided_at, decided_by)
SELECT id, 'CONFIRMED', recorded_at, recorded_by FROM reference_rows WHERE recorded_by IS NOT NULL;

-- Versions of transfers that nobody wrote: they fell back on their clauses with a row of law.
CREATE TABLE transfer_fallbacks (
    record_id  BLOB PRIMARY KEY REFERENCES legal_records (id),
    row_id     BLOB NOT NULL REFERENCES reference_rows (id)
) STRICT;
CREATE TRIGGER transfer_fallbacks_no_update BEFORE UPDATE ON transfer_fallbacks BEGIN SELECT RAISE(ABORT, 'transfer_fallbacks is append-only'); END;
CREATE TRIGGER transfer_fallbacks_no_delete BEFORE DELETE ON transfer_fallbacks BEGIN SELECT RAISE(ABORT, 'transfer_fallbacks is append-only'); END;
