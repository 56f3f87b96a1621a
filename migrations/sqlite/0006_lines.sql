-- A change speaks of an engagement once: an objection to it, and the go-live that it holds up, meet on the same line.
CREATE UNIQUE INDEX lines_by_change ON lines (change_id, engagement_id);
