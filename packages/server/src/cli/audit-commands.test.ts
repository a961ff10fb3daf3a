import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { auditEntry } from "@greenlight/contract/audit";
import type { Job } from "@greenlight/contract/job";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDiskObjects } from "../adapters/artifacts/disk.ts";
import { openSqliteStore } from "../adapters/store/sqlite.ts";
import type { EventStore } from "../app/ports/event-store.ts";
import { auditedJob } from "../app/testing/audited-job.ts";
import { rememberingLogger } from "../app/testing/engine.ts";
import { readEnvironment } from "../config.ts";
import { type Bench, httpBench, TOKEN } from "../http/testing/http-bench.ts";
import { createRunFiles } from "../projections/run-files.ts";
import { runCli } from "./program.ts";

const root = mkdtempSync(join(tmpdir(), "greenlight-audit-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
let path: string;
let store: EventStore;
let bench: Bench;
let url: string;
let id: string;
beforeEach(async () => {
  path = join(root, `${++count}.sqlite`);
  store = openSqliteStore({ path });
  id = await auditedJob(store);
  bench = await httpBench({}, { store });
  url = await bench.listen();
});
afterEach(async () => {
  await bench.close();
  await store.close();
});

async function cli(...args: string[]) {
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new PassThrough().on("data", (data) => {
      text[name] += data;
    });
  const code = await runCli(args, {
    ...{ env: readEnvironment({ ADMIN_TOKEN: TOKEN, GREENLIGHT_URL: url }), cwd: root },
    ...{ stdin: new PassThrough(), stdout: sink("out"), stderr: sink("err"), fetch },
    compose: () => Promise.reject(new Error("a client command needs no engine")),
    onInterrupt: () => () => {},
  });
  return { code, ...text };
}

/** Changes the database behind the store's back. */
function tamper(sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

async function logFile(): Promise<string> {
  const home = join(root, `home-${count}`);
  const objects = await openDiskObjects({ root: join(home, "objects") });
  const toJob = (state: { id: string }) => ({ id: state.id }) as unknown as Job;
  const files = createRunFiles({ home, store, objects, toJob, log: rememberingLogger([]), pause_ms: 1 });
  await files.start();
  await files.close();
  return join(home, "runs", id, "events.jsonl");
}

describe("verify", () => {
  it("finds the log of a served job intact, and says how many events and its head", async () => {
    const events = await store.readJob(id, 0, 1000);
    const head = events.at(-1)?.hash;
    expect(await cli("verify", id)).toEqual({
      ...{ code: 0, err: "" },
      out: `intact: ${events.length} events, head ${head}\n`,
    });
    expect(JSON.parse((await cli("verify", id, "--json", "--head", events[3]?.hash ?? "")).out)).toEqual({
      ...{ intact: true, events: events.length, head },
    });
  });

  it.each([
    ["a payload", "UPDATE events SET payload = json_set(payload, '$.by', 'Eve') WHERE seq = 9", 9],
    ["an origin", "UPDATE events SET origin = json_set(origin, '$.address', '10.9.9.9') WHERE seq = 1", 1],
    ["a message", "UPDATE events SET message = 'nothing to see' WHERE seq = 4", 4],
    ["a missing event", "DELETE FROM events WHERE seq = 5", 5],
    ["a payload that is no JSON", "UPDATE events SET payload = '{' WHERE seq = 7", 7],
    ["a first payload that is no JSON", "UPDATE events SET payload = '' WHERE seq = 1", 1],
    ["a log cut off at its end", "DELETE FROM events WHERE seq > 10", 11],
  ])("names the event in a tampered database: %s", async (_, sql, seq) => {
    tamper(sql);
    const { code, out } = await cli("verify", id, "--json");
    expect(JSON.parse(out)).toMatchObject({ intact: false, seq });
    expect(code).toBe(1);
  });

  it("notices with --head that a log was cut off, also where the job's row was changed with it", async () => {
    const head = (await store.readJob(id, 0, 1000)).at(-1)?.hash ?? "";
    const { version } = (await store.load(id)) ?? { version: 0 };
    tamper(
      `DELETE FROM events WHERE seq = ${version}; UPDATE jobs SET version = ${version - 1}, state = json_set(state, '$.version', ${version - 1})`,
    );
    const bare = await cli("verify", id);
    expect([bare.code, bare.out]).toEqual([1, expect.stringContaining("not what its log gives: /")]);
    const { code, out } = await cli("verify", id, "--head", head);
    expect([code, out]).toEqual([1, expect.stringContaining(head)]);
    expect((await cli("verify", id, "--head", "abc")).code).toBe(2);
  });

  it("checks the events.jsonl of the run folder without a server", async () => {
    const file = await logFile();
    const events = await store.readJob(id, 0, 1000);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
    expect(JSON.parse(lines[3] ?? "")).toMatchObject({ origin: { via: "engine" }, hash: events[3]?.hash });
    await bench.app.close();
    expect(await cli("verify", id, "--file", file)).toMatchObject({ code: 0 });
    expect((await cli("verify", events[0]?.id ?? "", "--file", file)).out).toContain("another job");
    const forged = lines.map((line, i) => (i === 7 ? line.replaceAll("Ada", "Eve") : line));
    expect(forged).not.toEqual(lines);
    writeFileSync(file, `${forged.join("\n")}\n`);
    expect(JSON.parse((await cli("verify", id, "--file", file, "--json")).out)).toMatchObject({ seq: 8 });
    const added = lines.map((line, n) => (n === 2 ? `{"forged":true,${line.slice(1)}` : line));
    writeFileSync(file, `${added.join("\n")}\n`);
    expect(JSON.parse((await cli("verify", id, "--file", file, "--json")).out)).toMatchObject({ seq: 3 });
    truncateSync(file, 40);
    expect(JSON.parse((await cli("verify", id, "--file", file, "--json")).out)).toMatchObject({ seq: 1 });
    writeFileSync(file, "");
    expect((await cli("verify", id, "--file", file)).code).toBe(1);
  });
});

describe("audit", () => {
  it("prints a line for each entry: who, from where, what changed", async () => {
    const { code, out } = await cli("audit", id);
    expect(code).toBe(0);
    expect(out).toMatch(
      / {2}Ada \(http 10\.0\.0\.7\) {2}Ada patched script \(text_replace\) \[script\.md v1 -> v2 /,
    );
    expect(out).toMatch(
      /Bea \(link made by Ada 10\.0\.0\.9\) {2}Bea approved script \[script\.md v2 [0-9a-f]{12}; "Good/,
    );
  });

  it("prints the same entries as JSON Lines as the server exports", async () => {
    const { out } = await cli("audit", id, "--jsonl");
    const served = await bench.ask({ url: `/api/v1/jobs/${id}/audit?format=jsonl` });
    expect(out).toBe(served.body);
    for (const line of out.trimEnd().split("\n")) auditEntry.parse(JSON.parse(line));
    const { entries, head } = JSON.parse((await cli("audit", id, "--json")).out);
    expect(entries.map((e: unknown) => `${JSON.stringify(e)}\n`).join("")).toBe(out);
    expect(head).toBe((await store.readJob(id, 0, 1000)).at(-1)?.hash);
  });
});
