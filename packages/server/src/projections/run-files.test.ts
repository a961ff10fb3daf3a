import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Artifact } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openDiskObjects } from "../adapters/artifacts/disk.ts";
import { openMemoryStore } from "../adapters/store/memory.ts";
import type { EventStore } from "../app/ports/event-store.ts";
import type { Logger } from "../app/ports/logger.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import type { JobState } from "../domain/state.ts";
import { type FixtureEvent, FixtureLog, fixtureArtifact, fixtureGate } from "../domain/testing/fixtures.ts";
import { createRunFiles, type RunFiles } from "./run-files.ts";

const base = mkdtempSync(join(tmpdir(), "greenlight-runs-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
let home: string;
let store: EventStore;
let objects: ObjectStore;
let log: FixtureLog;
let errors: string[];

beforeEach(async () => {
  home = join(base, `${++count}`);
  store = openMemoryStore();
  objects = await openDiskObjects({ root: join(home, "objects") });
  log = new FixtureLog();
  errors = [];
});

const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (_tag, message, fields) => errors.push(`${message}: ${JSON.stringify(fields)}`),
};
const toJob = (state: JobState) =>
  ({ id: state.id, status: state.status, version: state.version }) as unknown as Job;
const open = () => createRunFiles({ home, store, objects, toJob, log: logger, pause_ms: 1 });
const run = (jobId: string, ...path: string[]) => join(home, "runs", jobId, ...path);
const text = (path: string) => readFile(path, "utf8");
const jsonLines = async (path: string) =>
  (await text(path))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

async function create(change: Partial<JobState> = {}): Promise<JobState> {
  const request = log.create(change);
  await store.append(request);
  return request.state;
}
async function append(before: JobState, events: FixtureEvent[], change: Partial<JobState> = {}) {
  const request = log.append(before, events, change);
  await store.append(request);
  return request.state;
}
async function artifact(content: string, change: Partial<Artifact> = {}): Promise<Artifact> {
  return fixtureArtifact(500, { ...(await objects.put(Buffer.from(content))), ...change });
}
const made = (one: Artifact): FixtureEvent => ({
  type: "artifact_created",
  stage: one.stage,
  payload: { artifact: one },
});

/** Every promise of the run folder, against the store. */
async function expectWhole(jobId: string): Promise<void> {
  const state = await store.load(jobId);
  const events = await store.readJob(jobId, 0, 10_000);
  expect(await text(run(jobId, "events.jsonl"))).toBe(
    events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  );
  expect(JSON.parse(await text(run(jobId, "state.json")))).toEqual(state && toJob(state));
  for (const { path, sha256 } of state?.artifacts ?? [])
    expect(await readFile(run(jobId, path))).toEqual(Buffer.from(await objects.read(sha256)));
  const lines = (await jsonLines(join(home, "jobs", "state.jsonl"))).filter((line) => line.job_id === jobId);
  const changes = events.filter((event, i) => event.status !== events[i - 1]?.status);
  expect(lines.map(({ ts, status }) => ({ ts, status }))).toEqual(
    changes.map(({ ts, status }) => ({ ts, status })),
  );
}

async function restarted(): Promise<void> {
  const files = open();
  await files.start();
  await files.close();
}

/** A job with everything: artifacts in two versions, a decision, four statuses. */
async function fullJob(): Promise<JobState> {
  const job = await create({ gates: [fixtureGate("script", { opened_at: null })] });
  const script = await artifact("# one");
  const picture = await artifact("png", {
    id: "b",
    stage: "assets",
    name: "beats/b01.png",
    path: "artifacts/assets/beats/b01.png",
  });
  const running = await append(job, [{ type: "job_started" }, { type: "stage_started", stage: "script" }], {
    status: "running",
  });
  const waiting = await append(
    running,
    [made(script), made(picture), { type: "gate_opened", stage: "script" }],
    { status: "needs_approval", artifacts: [script, picture] },
  );
  const patched = await artifact("# two", { version: 2 });
  return append(
    waiting,
    [
      { type: "gate_approved", stage: "script", payload: { by: "ana", notes: "good", final: true } },
      made(patched),
    ],
    {
      status: "running",
      artifacts: [patched, picture],
      gates: [fixtureGate("script", { approved: true, by: "ana", at: job.created_at, notes: "good" })],
    },
  );
}

describe("while running", () => {
  let files: RunFiles;
  beforeEach(async () => {
    files = open();
    await files.start();
    return () => files.close();
  });

  test("the files follow every commit", async () => {
    const job = await fullJob();
    files.notify([job.id]);
    await files.drain();
    await expectWhole(job.id);
    expect(await text(run(job.id, "artifacts/script/script.md"))).toBe("# two");
    const link = await stat(run(job.id, "artifacts/assets/beats/b01.png"));
    expect(link.nlink).toBe(2);
    expect(JSON.parse(await text(run(job.id, "gates/script.json")))).toEqual({
      stage: "script",
      approved: true,
      by: "ana",
      at: job.created_at,
      notes: "good",
      patch: null,
      auto_approved: false,
    });
    const done = await append(
      job,
      [{ type: "job_failed", stage: "audio", payload: { code: "stage_failed", message: "no" } }],
      {
        status: "failed",
      },
    );
    const again = await append(done, [{ type: "job_retried", stage: "script", payload: { by: "ana" } }], {
      status: "queued",
      artifacts: done.artifacts.slice(0, 1),
    });
    files.notify([again.id]);
    await files.drain();
    await expectWhole(job.id);
    expect(await readdir(run(job.id, "artifacts/assets/beats"))).toEqual([]);
    expect(await jsonLines(join(home, "jobs", "state.jsonl"))).toMatchObject([
      { job_id: job.id, step: null, status: "queued", notes: null },
      { step: null, status: "running" },
      { step: "script", status: "needs_approval" },
      { step: "script", status: "running", notes: "good" },
      { step: "audio", status: "failed", notes: "stage_failed: no" },
      { step: "script", status: "queued" },
    ]);
    expect(errors).toEqual([]);
  });

  test("a decision stays on file when its gate is opened again", async () => {
    const job = await create({ gates: [fixtureGate("script")] });
    const rejected = await append(job, [
      { type: "gate_rejected", stage: "script", payload: { by: "bo", notes: "shorter", patch: null } },
      { type: "gate_opened", stage: "script" },
    ]);
    files.notify([rejected.id]);
    await files.drain();
    expect(JSON.parse(await text(run(job.id, "gates/script.json")))).toMatchObject({
      approved: false,
      by: "bo",
      notes: "shorter",
    });
    await rm(run(job.id, "gates"), { recursive: true });
    await restarted();
    expect(JSON.parse(await text(run(job.id, "gates/script.json")))).toMatchObject({
      approved: false,
      by: "bo",
    });
  });

  test("many jobs and commits at once: every event once, nothing left over", async () => {
    const jobs = await Promise.all(Array.from({ length: 20 }, () => create({ status: "running" })));
    await Promise.all(
      jobs.map(async (job) => {
        let state = job;
        for (let i = 0; i < 30; i++) {
          state = await append(state, [{ type: "stage_started", stage: "outline", payload: { attempt: i } }]);
          files.notify([job.id]);
          if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }),
    );
    await files.drain();
    for (const job of jobs) await expectWhole(job.id);
    for (const job of jobs)
      expect((await readdir(run(job.id))).sort()).toEqual(["events.jsonl", "state.json"]);
  });

  test("logs are whole lines, also after one that a crash tore", async () => {
    const job = await create();
    await mkdir(run(job.id, "logs"), { recursive: true });
    await writeFile(run(job.id, "logs/script.log"), '{"level":"in');
    const line = (message: string) => ({ ts: job.created_at, level: "info" as const, message });
    files.appendLog(job.id, "script", line("one\ntwo"));
    files.appendLog(job.id, "script", line("three"));
    await files.drain();
    files.appendLog(job.id, "script", line("four"));
    await files.drain();
    const [torn, ...rest] = (await text(run(job.id, "logs/script.log"))).trimEnd().split("\n");
    expect(torn).toBe('{"level":"in');
    expect(rest.map((one) => JSON.parse(one).message)).toEqual(["one\ntwo", "three", "four"]);
    expect(() => files.appendLog(job.id, "../x", line("x"))).toThrow(TypeError);
  });

  test("what cannot be shown or written is reported, and does not stop the rest", async () => {
    const lost = fixtureArtifact(700, { name: "lost.md", path: "artifacts/script/lost.md" });
    const away = await artifact("x", { name: "x", path: "artifacts/../../../x" });
    const job = await append(await create(), [made(lost), made(away)], { artifacts: [lost, away] });
    const blocked = await create();
    await mkdir(join(home, "runs"), { recursive: true });
    await writeFile(run(blocked.id), "a file where a folder should be");
    files.notify([blocked.id, job.id]);
    await files.drain();
    expect(errors.join("\n")).toMatch(/not in the object store/);
    expect(errors.join("\n")).toMatch(/leads out of artifacts/);
    expect(errors.join("\n")).toContain(`cannot write the files of a job: {"job_id":"${blocked.id}"`);
    expect(await jsonLines(run(job.id, "events.jsonl"))).toHaveLength(3);
    await rm(run(blocked.id));
    files.notify([blocked.id]);
    await files.drain();
    await expectWhole(blocked.id);
  });
});

describe("after a crash", () => {
  test("start writes what was committed and never projected", async () => {
    const job = await fullJob();
    await restarted();
    await expectWhole(job.id);
  });

  test("start mends torn, missing, stale, doubled and foreign content, and leaves what is right alone", async () => {
    const job = await fullJob();
    const other = await create();
    await restarted();
    const before = await stat(run(other.id, "state.json"));
    const events = await text(run(job.id, "events.jsonl"));
    const [script, beat] = [
      run(job.id, "artifacts/script/script.md"),
      run(job.id, "artifacts/assets/beats/b01.png"),
    ];
    for (const broken of [
      () => truncate(run(job.id, "events.jsonl"), events.length - 5),
      () => rm(run(job.id, "events.jsonl")),
      () => writeFile(run(job.id, "events.jsonl"), events + events),
      () => writeFile(run(job.id, "events.jsonl"), `\n${events}`),
      () => rm(run(job.id, "state.json")),
      () => writeFile(run(job.id, "state.json"), "{"),
      () => rm(beat),
      async () => {
        await rm(script);
        await writeFile(script, "# six");
      },
      () => rm(run(job.id), { recursive: true }),
      () => rm(join(home, "jobs"), { recursive: true }),
    ]) {
      await broken();
      await restarted();
      await expectWhole(job.id);
    }
    expect((await stat(run(other.id, "state.json"))).ino).toBe(before.ino);
    expect(errors).toEqual([]);
  });

  test("an artifact the job no longer has goes, also when the crash came before", async () => {
    const job = await fullJob();
    await restarted();
    const fewer = await append(job, [{ type: "job_retried", stage: "script" }], {
      artifacts: job.artifacts.slice(1),
    });
    await restarted();
    await expectWhole(fewer.id);
    expect(await readdir(run(job.id, "artifacts/script"))).toEqual([]);
  });

  test("a copy, where no link can be made, counts as right by its content", async () => {
    const job = await fullJob();
    await restarted();
    const path = run(job.id, "artifacts/script/script.md");
    await rm(path);
    await writeFile(path, "# two");
    await chmod(path, 0o444);
    const { ino } = await stat(path);
    await restarted();
    expect((await stat(path)).ino).toBe(ino);
  });

  test("a finished job is mended too", async () => {
    const job = await fullJob();
    const done = await append(job, [{ type: "job_completed" }], { status: "completed" });
    await restarted();
    await expectWhole(done.id);
    const events = await text(run(job.id, "events.jsonl"));
    const journal = join(home, "jobs", "state.jsonl");
    for (const broken of [
      () => truncate(run(job.id, "events.jsonl"), events.length - 1),
      () => truncate(run(job.id, "events.jsonl"), events.lastIndexOf("\n", events.length - 2) + 1),
      () => truncate(run(job.id, "events.jsonl"), 0),
      () => rm(run(job.id, "state.json")),
      () => rm(run(job.id, "artifacts"), { recursive: true }),
      () => rm(run(job.id, "gates"), { recursive: true }),
      async () => truncate(journal, (await stat(journal)).size - 3),
    ]) {
      await broken();
      await restarted();
      await expectWhole(job.id);
      expect(await readdir(run(job.id, "gates"))).toEqual(["script.json"]);
    }
  });

  test("from a cut at any byte of any file, start brings back every event once", async () => {
    const job = await fullJob();
    const other = await create({ status: "running" });
    const done = await append(
      await create(),
      [{ type: "stage_started", stage: "outline" }, { type: "job_completed" }],
      {
        status: "completed",
      },
    );
    await restarted();
    const files = [
      run(done.id, "events.jsonl"),
      run(job.id, "events.jsonl"),
      run(job.id, "state.json"),
      run(other.id, "events.jsonl"),
      join(home, "jobs", "state.jsonl"),
    ];
    let latest = other;
    const cuts = fc.array(fc.tuple(fc.constantFrom(...files), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (all, commitMeanwhile) => {
        for (const [path, part] of all) await truncate(path, Math.floor((await stat(path)).size * part));
        if (commitMeanwhile) {
          const status = latest.status === "running" ? "paused" : "running";
          latest = await append(latest, [{ type: "job_paused" }], { status });
        }
        await restarted();
        await expectWhole(job.id);
        await expectWhole(other.id);
        await expectWhole(done.id);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });
});
