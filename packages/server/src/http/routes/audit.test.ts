import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type AuditEntry, auditEntry, auditPage, chainReport } from "@greenlight/contract/audit";
import { problem } from "@greenlight/contract/problem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openMemoryStore } from "../../adapters/store/memory.ts";
import { openSqliteStore } from "../../adapters/store/sqlite.ts";
import type { EventStore } from "../../app/ports/event-store.ts";
import { auditedJob } from "../../app/testing/audited-job.ts";
import { START, uuidAt } from "../testing/fake-jobs.ts";
import { type Bench, httpBench } from "../testing/http-bench.ts";

let bench: Bench;
let store: EventStore;
let url: string;
beforeEach(async () => {
  store = openMemoryStore();
  url = `/api/v1/jobs/${await auditedJob(store)}/audit`;
  bench = await httpBench({}, { store });
});
afterEach(() => bench.close());

const page = async (query: string) => auditPage.parse((await bench.ask({ url: url + query })).json());

it("gives every entry once, page by page, with the hash of the newest event", async () => {
  const whole = await page("");
  const pages: AuditEntry[] = [];
  for (let after = 0; ; ) {
    const part = await page(`?limit=4&after_seq=${after}`);
    pages.push(...part.entries);
    expect(part.head).toBe(whole.head);
    if (!part.has_more) break;
    expect(part.entries).toHaveLength(4);
    after = part.next_after_seq;
  }
  expect(pages).toEqual(whole.entries);
  const { entries, next_after_seq, has_more } = await page("?after_seq=9999");
  expect([entries, next_after_seq, has_more]).toEqual([[], 9999, false]);
});

it("reads the log from its start up to the page, and of its end the newest event alone", async () => {
  const version = (await store.load(url.split("/")[4] ?? ""))?.version ?? 0;
  const read = vi.spyOn(store, "readJob");
  const { entries } = await page("?limit=2");
  expect(entries).toHaveLength(2);
  expect(read.mock.calls.map(([, after]) => after)).toEqual([0, version - 1]);
});

it.each([
  ["", { accept: "text/html, Application/JSONL;q=0.9" }],
  ["?format=jsonl", {}],
])("exports all as JSON Lines %s %j", async (query, headers) => {
  const response = await bench.ask({ url: url + query, headers });
  expect(response.headers["content-type"]).toBe("application/jsonl; charset=utf-8");
  expect(response.headers["content-disposition"]).toBe('attachment; filename="test-audit.jsonl"');
  const lines = response.body.split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => auditEntry.parse(JSON.parse(line)))).toEqual((await page("")).entries);
});

it.each([
  ["?limit=0", "invalid_field"],
  ["?after_seq=-1", "invalid_field"],
  ["?format=csv", "invalid_field"],
  ["?more=1", "invalid_field"],
])("refuses %s", async (query, code) => {
  const response = await bench.ask({ url: url + query });
  expect(problem.parse(response.json())).toMatchObject({ status: 400, code });
});

it("knows no job that was never made", async () => {
  const response = await bench.ask({ url: `/api/v1/jobs/${uuidAt(START, 7)}/audit` });
  expect(problem.parse(response.json()).code).toBe("job_not_found");
});

it("says whether the chain of events is whole", async () => {
  const chain = async () => chainReport.parse((await bench.ask({ url: `${url}/chain` })).json());
  const { head } = await page("");
  expect(await chain()).toMatchObject({ intact: true, head });
  const read = store.readJob.bind(store);
  store.readJob = async (...asked) =>
    (await read(...asked)).map((event) => (event.seq === 2 ? { ...event, message: "otherwise" } : event));
  expect(await chain()).toMatchObject({ intact: false, seq: 2 });
});

it.each([
  [
    "UPDATE gates SET body = json_set(body, '$.approved', json('true'))",
    /\/gates\/0\/approved is true; the log says null/,
  ],
  [
    "UPDATE gates SET body = json_set(body, '$.approved', json('false'))",
    /\/gates\/0\/approved is false; the log says null/,
  ],
  ["UPDATE jobs SET status = 'completed'", /\/status is "completed"; the log says "queued"/],
  ["UPDATE jobs SET version = version - 1", /\/version is \d+; the log says \d+/],
  [
    "UPDATE artifacts SET body = json_set(body, '$.version', 9) WHERE ordinal IS NULL",
    /\/artifact_versions\/.+\/version is 9/,
  ],
  [
    "INSERT INTO timers VALUES ((SELECT id FROM jobs), 'gate:script', '2026-01-01T00:00:00.000Z', 0)",
    /\/due_timers\/gate:script is/,
  ],
])("tells a forged row: %s", async (forgery, reason) => {
  const path = join(mkdtempSync(join(tmpdir(), "greenlight-audit-")), "db.sqlite");
  const kept = openSqliteStore({ path });
  const chain = `/api/v1/jobs/${await auditedJob(kept)}/audit/chain`;
  const served = await httpBench({}, { store: kept });
  const ask = async () => chainReport.parse((await served.ask({ url: chain })).json());
  expect(await ask()).toMatchObject({ intact: true });
  const forger = new DatabaseSync(path);
  expect(forger.prepare(forgery).run().changes).toBeGreaterThan(0);
  forger.close();
  expect(await ask()).toMatchObject({ intact: false, seq: null, reason: expect.stringMatching(reason) });
  await served.close();
});

it("takes a row from before a field existed for what the log gives", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "greenlight-audit-")), "db.sqlite");
  const kept = openSqliteStore({ path });
  const chain = `/api/v1/jobs/${await auditedJob(kept)}/audit/chain`;
  const older = new DatabaseSync(path);
  older.exec("UPDATE jobs SET state = json_remove(state, '$.stages[2].notes_before')");
  older.close();
  const served = await httpBench({}, { store: kept });
  expect(chainReport.parse((await served.ask({ url: chain })).json())).toMatchObject({ intact: true });
  await served.close();
});
