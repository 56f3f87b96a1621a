-- Since when what a mail says is withdrawn: while it was being sent, or after it failed. It is not sent again.
ALTER TABLE mails ADD COLUMN called_off_at TEXT;
