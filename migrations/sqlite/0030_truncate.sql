-- SQLite has no TRUNCATE: a DELETE without a condition runs the triggers of each row. Nothing to do here.
SELECT 1;
