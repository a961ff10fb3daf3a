-- Jobs are kept as the state their events fold to. Those of before know neither how many notes there were when a patch
-- was laid, nor what a run could not honour, nor who asked for a pause that waits.
UPDATE jobs SET state = json_set(state, '$.stages', (
  SELECT json_group_array(json_set(
      json_insert(s.value, '$.feedback_unmet', json('[]')),
      '$.notes_before', json(coalesce(s.value -> '$.notes_before', (
        SELECT json_group_array(json_array_length(s.value, '$.feedback') + 0 * p.key)
        FROM json_each(s.value, '$.patches') p)))) ORDER BY s.key)
  FROM json_each(jobs.state, '$.stages') s));
UPDATE jobs SET state = json_set(state, '$.pause_requested', (
  SELECT json_object('by', e.payload ->> '$.by', 'now', json(iif(e.payload ->> '$.now', 'true', 'false')),
    'notes', e.payload ->> '$.notes', 'at', e.ts, 'origin', json(e.origin))
  FROM events e WHERE e.job_id = jobs.id AND e.type = 'job_pause_requested' ORDER BY e.seq DESC LIMIT 1))
  WHERE json_type(state, '$.pause_requested') = 'text';
