-- How many gates were not red only because of a waiver, when they were last counted. All rows are counted again.
ALTER TABLE register_rows ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;
UPDATE register_rows SET counted_on = NULL;

-- A change that the system drafted was opened by nobody; whoever hands it in is its author.
ALTER TABLE changes ADD COLUMN opened_by BLOB REFERENCES staff (id);
UPDATE changes SET opened_by = created_by;
ALTER TABLE changes DROP COLUMN created_by;
ALTER TABLE changes RENAME COLUMN opened_by TO created_by;
