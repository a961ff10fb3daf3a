import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { uuid7Ids } from "../../packages/server/src/adapters/ids/uuid7.ts";
import type { Side, Wave } from "./wave.ts";

/** Transitions in one transaction; what the engine commits together at most. */
const PER_COMMIT = 64;
const STATE = JSON.stringify({
  position: 0,
  stages: Array.from({ length: 9 }, (_, i) => ({
    id: `stage_${i}`,
    status: "completed",
    attempt: 1,
    started_at: "2026-01-01T00:00:00.000Z",
    ended_at: "2026-01-01T00:00:00.000Z",
  })),
});
const PAYLOAD = JSON.stringify({
  attempt: 1,
  duration_ms: 0,
  from_cache: false,
  items_built: 0,
  items_reused: 0,
});

/** The physical limit: the rows of a transition (two events, one job) written by nothing but SQLite, 64 a commit. */
export function rawSqliteSide(): Side {
  return {
    name: "SQLite alone, same rows",
    async run({ jobs, stages }: Wave) {
      const folder = mkdtempSync(join(tmpdir(), "greenlight-raw-"));
      const db = new DatabaseSync(join(folder, "raw.sqlite"));
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL,
          seq INTEGER NOT NULL, ts TEXT NOT NULL, type TEXT NOT NULL, stage TEXT, status TEXT NOT NULL,
          message TEXT NOT NULL, payload TEXT NOT NULL, UNIQUE (job_id, seq));
        CREATE TABLE jobs (id TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX by_status ON jobs (status);`);
      const event = db.prepare(
        "INSERT INTO events (id, job_id, seq, ts, type, stage, status, message, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      );
      const update = db.prepare(
        "UPDATE jobs SET status = ?, version = ?, state = ? WHERE id = ? AND version = ?",
      );
      const insert = db.prepare("INSERT INTO jobs VALUES (?, 'queued', 0, ?)");
      const ids = Array.from({ length: jobs }, () => uuid7Ids.next());
      for (const id of ids) insert.run(id, STATE);
      const now = new Date().toISOString();
      const began = performance.now();
      let inCommit = 0;
      db.exec("BEGIN");
      for (let stage = 0; stage < stages; stage++)
        for (const id of ids) {
          const seq = stage * 2 + 1;
          event.run(
            uuid7Ids.next(),
            id,
            seq,
            now,
            "stage_completed",
            `stage_${stage}`,
            "running",
            `stage_${stage} done`,
            PAYLOAD,
          );
          event.run(
            uuid7Ids.next(),
            id,
            seq + 1,
            now,
            "stage_started",
            `stage_${stage}`,
            "running",
            `stage_${stage} started`,
            '{"attempt":1}',
          );
          update.run("running", seq + 1, STATE, id, seq - 1);
          if (++inCommit % PER_COMMIT === 0) db.exec("COMMIT; BEGIN");
        }
      db.exec("COMMIT");
      const seconds = (performance.now() - began) / 1000;
      db.close();
      rmSync(folder, { recursive: true, force: true });
      return seconds;
    },
    close: async () => {},
  };
}
