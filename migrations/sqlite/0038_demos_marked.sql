-- Only a demo's clock was ever moved: such a database is marked as a demo's.
INSERT INTO settings (name, value, changed_at)
SELECT 'is_demo', 'yes', changed_at FROM settings WHERE name = 'clock_offset_microseconds';
