-- Whom a notice goes to is approved with it: the contacts of each customer, as ids.
ALTER TABLE promises ADD COLUMN contacts TEXT NOT NULL DEFAULT '[]';
-- The line as it stood when a lower class was asked for; one that was asked for before this was written down holds no more.
ALTER TABLE lowerings ADD COLUMN basis TEXT;
