-- What a mail says can be withdrawn while it is being sent, or after it failed: then it is not sent again.
ALTER TABLE mails ADD COLUMN is_called_off INTEGER NOT NULL DEFAULT 0;
