import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { VersionConflict } from "../../app/ports/event-store.ts";
import { Unavailable } from "../../app/ports/unavailable.ts";
import { FixtureLog, fixtureGate } from "../../domain/testing/fixtures.ts";
import { eventStoreContract } from "./event-store.contract.ts";
import { migrate } from "./migrate.ts";
import { openSqliteStore } from "./sqlite.ts";

const root = mkdtempSync(join(tmpdir(), "greenlight-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const freshPath = () => join(root, `${++count}`, "greenlight.sqlite");

eventStoreContract("sqlite", async () => {
  const path = freshPath();
  const reopen = async () => openSqliteStore({ path });
  return { store: await reopen(), reopen };
});

test("the schema is the golden one", async () => {
  const path = freshPath();
  await openSqliteStore({ path }).close();
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name")
    .all();
  const version = db.prepare("PRAGMA user_version").get()?.user_version;
  db.close();
  const schema = `-- user_version ${version}\n${rows.map((row) => `${row.sql};\n`).join("")}`;
  await expect(schema).toMatchFileSnapshot("./schema.golden.sql");
});

test("an event or gate of a job that is not there cannot be written", async () => {
  const path = freshPath();
  await openSqliteStore({ path }).close();
  const db = new DatabaseSync(path);
  expect(() =>
    db.exec("INSERT INTO timers (job_id, timer_id, fire_at, fire_at_ms) VALUES ('x', 'y', 'z', 1)"),
  ).toThrow(/FOREIGN KEY/);
  db.close();
});

test.each(["NORMAL", "FULL"])(
  "with synchronous %s a killed process loses nothing acknowledged",
  async (level) => {
    const path = freshPath();
    const script = new URL("./testing/append-until-killed.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, path, level], { stdio: ["ignore", "pipe", "inherit"] });
    const acknowledged = new Map<string, number>();
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [id, version] = line.split(" ");
      if (id && version) acknowledged.set(id, Number(version));
      if (++lines === 2000) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    expect(acknowledged.size).toBe(8);

    const store = openSqliteStore({ path });
    let total = 0;
    for (const [id, version] of acknowledged) {
      const state = await store.load(id);
      const events = await store.readJob(id, 0, 100_000);
      expect(state?.version).toBeGreaterThanOrEqual(version);
      expect(events.map((event) => event.seq)).toEqual(
        Array.from({ length: state?.version ?? 0 }, (_, i) => i + 1),
      );
      total += events.length;
    }
    expect(await store.readAll(null, 100_000)).toHaveLength(total);
    await store.close();
  },
);

test("two connections to one file see each other's appends, and conflicts between them", async () => {
  const path = freshPath();
  const [one, two] = [openSqliteStore({ path }), openSqliteStore({ path })];
  const log = new FixtureLog();
  const made = log.create({ gates: [fixtureGate("script")] });
  await one.append(made);
  expect(await two.load(made.job_id)).toEqual(made.state);
  const second = log.append(made.state, [{ type: "gate_approved", stage: "script" }], {
    gates: [fixtureGate("script", { approved: true })],
  });
  await two.append(second);
  const late = log.append(made.state, [{ type: "gate_rejected", stage: "script" }]);
  await expect(one.append(late)).rejects.toThrow(VersionConflict);
  expect(await one.load(made.job_id)).toEqual(second.state);
  await one.close();
  await two.close();
});

test("a database held by another process is Unavailable, and the store works on once it is free", async () => {
  const path = freshPath();
  const store = openSqliteStore({ path, busy_timeout_ms: 20 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const made = new FixtureLog().create();
  await expect(store.append(made)).rejects.toThrow(Unavailable);
  other.exec("ROLLBACK");
  other.close();
  await store.append(made);
  expect(await store.load(made.job_id)).toEqual(made.state);
  await store.close();
});

test("close commits what is queued", async () => {
  const path = freshPath();
  const store = openSqliteStore({ path });
  const made = new FixtureLog().create();
  const appended = store.append(made);
  await store.close();
  await appended;
  const again = openSqliteStore({ path });
  expect(await again.load(made.job_id)).toEqual(made.state);
  await again.close();
});

test("a database of a newer version, and one that is no database, are refused", async () => {
  const newer = freshPath();
  await openSqliteStore({ path: newer }).close();
  const db = new DatabaseSync(newer);
  db.exec("PRAGMA user_version = 9999");
  db.close();
  expect(() => openSqliteStore({ path: newer })).toThrow(/start a newer Greenlight/);
  const path = join(root, "not-a-database");
  writeFileSync(path, "hello ".repeat(1000));
  expect(() => openSqliteStore({ path })).toThrow(/not a database/);
  expect(() => openSqliteStore({ path: join(path, "db") })).toThrow();
});

test("a migration that fails leaves the database at the version before it", () => {
  const folder = join(root, "migrations");
  mkdirSync(folder);
  writeFileSync(join(folder, "0001-first.sql"), "CREATE TABLE a (x);");
  writeFileSync(join(folder, "0002-second.sql"), "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);");
  const db = new DatabaseSync(":memory:");
  expect(() => migrate(db, folder)).toThrow(/nowhere/);
  const tables = () =>
    db
      .prepare("SELECT name FROM sqlite_schema ORDER BY name")
      .all()
      .map((row) => row.name);
  expect(tables()).toEqual(["a"]);
  writeFileSync(join(folder, "0002-second.sql"), "CREATE TABLE b (x);");
  migrate(db, folder);
  migrate(db, folder);
  expect(tables()).toEqual(["a", "b"]);
  writeFileSync(join(folder, "0004-gap.sql"), "CREATE TABLE c (x);");
  expect(() => migrate(db, folder)).toThrow(/numbers must count/);
  db.close();
});

test("states of before learn what they could not know", () => {
  const shipped = join(import.meta.dirname, "migrations");
  const before = join(root, "before-0008");
  mkdirSync(before);
  for (const name of readdirSync(shipped).filter((one) => one < "0008"))
    copyFileSync(join(shipped, name), join(before, name));
  const db = new DatabaseSync(":memory:");
  migrate(db, before);
  const note = { beat_id: null, notes: "shorter" };
  const old = {
    pause_requested: "at_end",
    stages: [
      { id: "a", feedback: [note, note], patches: [{ type: "x" }, { type: "y" }] },
      { id: "b", feedback: [], patches: [], notes_before: [], feedback_unmet: ["told"] },
    ],
  };
  const insert = db.prepare("INSERT INTO jobs VALUES (?, 'x', 0, 'running', 'x', 1, ?)");
  insert.run("j1", JSON.stringify(old));
  insert.run("j2", JSON.stringify({ pause_requested: null, stages: [] }));
  db.prepare(
    "INSERT INTO events (id, job_id, seq, ts, type, status, message, payload, origin, hash) VALUES ('e', 'j1', 1, '2026-01-01T00:00:00.000Z', 'job_pause_requested', 'running', '', ?, ?, '')",
  ).run(JSON.stringify({ by: "ada", now: false }), JSON.stringify({ via: "http" }));
  migrate(db);
  const states = db.prepare("SELECT state FROM jobs ORDER BY id").all();
  const [first, second] = states.map(({ state }) => JSON.parse(String(state)));
  const asked = {
    by: "ada",
    now: false,
    notes: null,
    at: "2026-01-01T00:00:00.000Z",
    origin: { via: "http" },
  };
  expect(first).toEqual({
    pause_requested: asked,
    stages: [{ ...old.stages[0], notes_before: [2, 2], feedback_unmet: [] }, old.stages[1]],
  });
  expect(second).toEqual({ pause_requested: null, stages: [] });
  db.close();
});
