-- user_version 8
CREATE TABLE artifacts (
  job_id TEXT NOT NULL REFERENCES jobs (id),
  artifact_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- index in the job's list of current artifacts; NULL once superseded
  ordinal INTEGER,
  sha256 TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (job_id, artifact_id, version)
) STRICT;
CREATE TABLE decision_links (
  token_sha256 TEXT PRIMARY KEY,
  link_id TEXT NOT NULL UNIQUE,
  job_id TEXT NOT NULL REFERENCES jobs (id),
  stage TEXT NOT NULL,
  person TEXT NOT NULL,
  made_by TEXT NOT NULL,
  -- JSON: the artifacts as they stood
  artifacts TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL, had_token INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  job_id TEXT NOT NULL REFERENCES jobs (id),
  seq INTEGER NOT NULL,
  ts TEXT NOT NULL,
  type TEXT NOT NULL,
  stage TEXT,
  status TEXT NOT NULL,
  message TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- JSON: by which path, with which token, from which address
  origin TEXT NOT NULL,
  -- links the events of a job into a chain
  hash TEXT NOT NULL,
  UNIQUE (job_id, seq)
) STRICT;
CREATE TABLE gates (
  job_id TEXT NOT NULL REFERENCES jobs (id),
  stage TEXT NOT NULL,
  -- index in the job's list of gates
  ordinal INTEGER NOT NULL,
  -- 1, 0 or NULL while nobody has decided
  approved INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (job_id, stage)
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency_keys (
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  job_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE job_specs (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id),
  slug TEXT NOT NULL,
  intent TEXT NOT NULL,
  -- slug and intent in lower case, one a line, for searching
  folded TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  mode TEXT NOT NULL,
  submitted_by TEXT NOT NULL,
  cfg TEXT NOT NULL,
  plan TEXT NOT NULL
) STRICT;
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  priority INTEGER NOT NULL,
  status TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- JSON: position, stages, running, pause_requested, timers, error
  state TEXT NOT NULL
) STRICT;
CREATE TABLE spent_links (
  link_id TEXT PRIMARY KEY,
  -- the first event that came through it
  event_id TEXT NOT NULL REFERENCES events (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE timers (
  job_id TEXT NOT NULL REFERENCES jobs (id),
  timer_id TEXT NOT NULL,
  fire_at TEXT NOT NULL,
  -- milliseconds since the epoch
  fire_at_ms INTEGER NOT NULL,
  PRIMARY KEY (job_id, timer_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE uploads (
  upload_id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
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
  last_error TEXT, redelivered_at_ms INTEGER,
  PRIMARY KEY (webhook, event_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE webhooks (
  name TEXT PRIMARY KEY,
  -- NULL = the log was empty
  cursor TEXT REFERENCES events (id)
, gone_at_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_current ON artifacts (job_id, ordinal) WHERE ordinal IS NOT NULL;
CREATE INDEX jobs_by_age ON jobs (created_at, id);
CREATE INDEX jobs_queued ON jobs (priority DESC, created_at, id) WHERE status = 'queued';
CREATE INDEX jobs_unfinished ON jobs (created_at, id) WHERE status NOT IN ('completed', 'failed', 'canceled');
CREATE INDEX timers_due ON timers (fire_at_ms);
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook) WHERE status = 'dead';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_try_at_ms, event_id) WHERE status = 'pending';
