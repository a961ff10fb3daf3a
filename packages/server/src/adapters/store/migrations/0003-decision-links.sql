-- Links that let one person decide one gate once, on the versions that stood there.
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
  expires_at_ms INTEGER NOT NULL,
  -- set before the gate is decided, unset if the domain refuses
  used_at_ms INTEGER
) STRICT, WITHOUT ROWID;
