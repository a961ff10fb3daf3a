-- A decision link is spent by the events it caused, written in their transaction: never by a decision that was not made.
CREATE TABLE spent_links (
  link_id TEXT PRIMARY KEY,
  -- the first event that came through it
  event_id TEXT NOT NULL REFERENCES events (id)
) STRICT, WITHOUT ROWID;
INSERT INTO spent_links (link_id, event_id)
  SELECT e.origin ->> '$.link_id', e.id FROM events e
  WHERE e.position IN (
    SELECT min(position) FROM events WHERE origin ->> '$.link_id' IS NOT NULL GROUP BY origin ->> '$.link_id'
  );
ALTER TABLE decision_links DROP COLUMN used_at_ms;
