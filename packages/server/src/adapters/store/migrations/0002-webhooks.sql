-- How far along the log each webhook has been served: every event up to the cursor has its delivery, if it wants one.
CREATE TABLE webhooks (
  name TEXT PRIMARY KEY,
  -- NULL = the log was empty
  cursor TEXT REFERENCES events (id)
) STRICT, WITHOUT ROWID;

-- One event on its way to one webhook; kept as the delivery log once it has ended.
CREATE TABLE webhook_deliveries (
  webhook TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES events (id),
  job_id TEXT NOT NULL,
  type TEXT NOT NULL,
  -- pending, delivered or dead
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_try_at_ms INTEGER,
  -- NULL unless pending
  next_try_at_ms INTEGER,
  last_http_status INTEGER,
  last_error TEXT,
  PRIMARY KEY (webhook, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_try_at_ms, event_id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook) WHERE status = 'dead';
