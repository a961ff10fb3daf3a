import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FixtureLog, fixtureArtifact, fixtureId } from "../../domain/testing/fixtures.ts";
import { migrate } from "./migrate.ts";
import { openSqliteStore } from "./sqlite.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenlight-links-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const link = (job_id: string) => ({
  ...{ link_id: fixtureId(90), job_id, stage: "script", person: "mira", made_by: "admin", had_token: true },
  ...{ artifacts: [fixtureArtifact(91)], created_at: 1000, expires_at: 2000 },
});

test("a link is kept over a restart, and used once an event came through it", async () => {
  const path = join(folder, "db.sqlite");
  const log = new FixtureLog();
  const made = log.create();
  const first = openSqliteStore({ path });
  await first.append(made);
  await first.decisionLinks.save("a", link(made.job_id));
  expect(await first.decisionLinks.find("a")).toEqual({ ...link(made.job_id), used_at: null });
  const request = log.append(made.state, [{ type: "gate_approved" }, { type: "stage_started" }]);
  const origin = { via: "link", token: null, address: null, link_id: fixtureId(90) } as const;
  const events = request.events.map((event) => ({ ...event, origin }));
  await first.append({ ...request, events });
  await first.close();

  const store = openSqliteStore({ path });
  const used_at = Date.parse(events[0]?.ts ?? "");
  expect(await store.decisionLinks.find("a")).toEqual({ ...link(made.job_id), used_at });
  expect(await store.decisionLinks.find("b")).toBeUndefined();
  await store.close();
});

test("the migration keeps links used that decided, and frees those a crash had burnt", async () => {
  const path = join(folder, "db.sqlite");
  const log = new FixtureLog();
  const made = log.create();
  const before = join(folder, "before");
  mkdirSync(before);
  for (const file of readdirSync(MIGRATIONS).filter((name) => name < "0004"))
    copyFileSync(join(MIGRATIONS, file), join(before, file));
  const db = new DatabaseSync(path);
  migrate(db, before);
  db.exec(`INSERT INTO jobs VALUES ('${made.job_id}', 'x', 0, 'queued', 'x', 1, '{}')`);
  const event = db.prepare(
    "INSERT INTO events (id, job_id, seq, ts, type, status, message, payload, origin, hash) VALUES (?, ?, ?, ?, 'gate_approved', 'running', '', '{}', ?, '')",
  );
  const origin = (link_id: string | null) => JSON.stringify({ via: "link", link_id });
  event.run("e1", made.job_id, 1, "2026-01-01T00:00:00.000Z", origin(null));
  event.run("e2", made.job_id, 2, "2026-01-01T00:00:01.000Z", origin("decided"));
  event.run("e3", made.job_id, 3, "2026-01-01T00:00:02.000Z", origin("decided"));
  const insert = db.prepare("INSERT INTO decision_links VALUES (?, ?, ?, 's', 'p', 'm', '[]', 1, 2, 7)");
  for (const id of ["decided", "burnt"]) insert.run(`hash of ${id}`, id, made.job_id);
  migrate(db);
  db.close();

  const store = openSqliteStore({ path });
  expect((await store.decisionLinks.find("hash of decided"))?.used_at).toBe(
    Date.parse("2026-01-01T00:00:01.000Z"),
  );
  expect((await store.decisionLinks.find("hash of burnt"))?.used_at).toBeNull();
  await store.close();
});
