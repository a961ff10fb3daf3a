import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventStore, VersionConflict } from "../../app/ports/event-store.ts";
import type { JobState } from "../../domain/state.ts";
import {
  type FixtureEvent,
  FixtureLog,
  fixtureArtifact,
  fixtureGate,
  fixtureId,
  fixtureTime,
  fixtureTimer,
} from "../../domain/testing/fixtures.ts";

const started: FixtureEvent = { type: "stage_started", stage: "outline", payload: { attempt: 1 } };

/** What every EventStore does. `open` gives an empty store; `reopen` the same one after `close`, where it keeps anything. */
export function eventStoreContract(
  name: string,
  open: () => Promise<{ store: EventStore; reopen: (() => Promise<EventStore>) | null }>,
): void {
  describe(`${name} as an event store`, () => {
    let store: EventStore;
    let reopen: (() => Promise<EventStore>) | null;
    let log: FixtureLog;

    beforeEach(async () => {
      ({ store, reopen } = await open());
      log = new FixtureLog();
    });
    afterEach(() => store.close());

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

    /** What the store says after closing and opening, so that nothing comes from memory. */
    async function reopened(): Promise<EventStore> {
      if (reopen === null) return store;
      await store.close();
      store = await reopen();
      return store;
    }

    test("an empty store has nothing", async () => {
      expect(await store.load(fixtureId(1))).toBeUndefined();
      expect(await store.readJob(fixtureId(1), 0, 10)).toEqual([]);
      expect(await store.readAll(null, 10)).toEqual([]);
      expect(await store.lastEventId()).toBeNull();
      expect(await store.findEvent(fixtureId(1))).toBeUndefined();
      expect(await store.list({ limit: 10 })).toEqual({ jobs: [], next_cursor: null });
      expect(await store.unfinished()).toEqual([]);
      expect(await store.queuedIds()).toEqual([]);
      expect(await store.nextTimerAt()).toBeNull();
      expect(await store.findKey("k")).toBeUndefined();
      expect(await store.findUpload(fixtureId(1))).toBeUndefined();
    });

    test("gives back the state and the events as they were appended", async () => {
      const made = await create({ intent: "Größe “quoted” 潮汐 \u0000 🌊" });
      const [stage, ...others] = made.stages;
      const state = await append(made, [started, { type: "stage_completed", stage: "outline" }], {
        status: "running",
        stages: stage
          ? [{ ...stage, attempt: 1, feedback: [{ beat_id: null, notes: "shorter" }] }, ...others]
          : [],
        running: { stage: "outline", attempt: 1, token: 2 },
        gates: [fixtureGate("script"), fixtureGate("audio", { approved: true, by: "ana" })],
        timers: [fixtureTimer("script", fixtureTime(5000))],
        error: { code: "stage_failed", message: "no", stage: null },
      });
      const events = await store.readJob(made.id, 0, 100);
      expect(events.map((event) => event.seq)).toEqual([1, 2, 3]);
      await reopened();
      expect(await store.load(made.id)).toEqual(state);
      expect(await store.readJob(made.id, 0, 100)).toEqual(events);
      expect(events[1]).toMatchObject({ type: "stage_started", stage: "outline", payload: { attempt: 1 } });
      expect(events[0]).toMatchObject({ type: "job_created", stage: null, status: "queued" });
      expect(await store.readJob(made.id, 1, 1)).toEqual([events[1]]);
      expect(await store.findEvent(events[2]?.id ?? "")).toEqual(events[2]);
      expect(await store.lastEventId()).toBe(events[2]?.id);
    });

    test("refuses another version than the expected one, and writes nothing", async () => {
      const made = await create();
      const state = await append(made, [started]);
      const late = log.append(made, [{ type: "job_paused" }], { status: "paused" });
      await expect(store.append(late)).rejects.toThrow(VersionConflict);
      await expect(store.append(log.append({ ...state, version: 9 }, [started]))).rejects.toThrow(
        VersionConflict,
      );
      await expect(store.append({ ...late, job_id: state.id })).rejects.toThrow(VersionConflict);
      const again = log.create({ id: made.id });
      await expect(store.append(again)).rejects.toThrow(VersionConflict);
      const unknown = log.append({ ...made, id: fixtureId(900) }, [started]);
      await expect(store.append(unknown)).rejects.toThrow(VersionConflict);
      await reopened();
      expect(await store.load(made.id)).toEqual(state);
      expect(await store.readAll(null, 10)).toHaveLength(2);
    });

    test("refuses a request that contradicts itself", async () => {
      const made = await create();
      const request = log.append(made, [started]);
      await expect(store.append({ ...request, events: [] })).rejects.toThrow(TypeError);
      await expect(store.append({ ...request, job_id: fixtureId(77) })).rejects.toThrow(TypeError);
      await expect(store.append({ ...request, state: made })).rejects.toThrow(TypeError);
      const gap = request.events.map((event) => ({ ...event, seq: event.seq + 1 }));
      await expect(store.append({ ...request, events: gap })).rejects.toThrow(TypeError);
      expect(await store.load(made.id)).toEqual(made);
    });

    test("of appends made in one turn each succeeds or fails alone", async () => {
      const jobs = await Promise.all(Array.from({ length: 100 }, () => create()));
      const twice = jobs.flatMap((job) => [log.append(job, [started]), log.append(job, [started])]);
      const results = await Promise.allSettled(twice.map((request) => store.append(request)));
      expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(100);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).toBeInstanceOf(VersionConflict);
      expect(await store.readAll(null, 1000)).toHaveLength(200);
      for (const job of jobs) expect((await store.load(job.id))?.version).toBe(2);
    });

    test("a decision link is spent by the first append that came through it, also within a turn", async () => {
      const [a, b] = [await create(), await create()];
      const origin = { via: "link", token: null, address: null, link_id: fixtureId(500) } as const;
      const through = (before: JobState) => {
        const request = log.append(before, [started, started]);
        return { ...request, events: request.events.map((event) => ({ ...event, origin })) };
      };
      const stale = through({ ...a, version: 7 });
      const results = await Promise.allSettled([stale, through(a), through(b)].map((r) => store.append(r)));
      expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled", "rejected"]);
      expect(results[0]).toMatchObject({ reason: expect.any(VersionConflict) });
      expect(results[2]).toMatchObject({ reason: { code: "link_used" } });
      await reopened();
      expect(await store.load(b.id)).toEqual(b);
      await expect(store.append(through(b))).rejects.toMatchObject({ code: "link_used" });
      expect(await append(b, [started])).toMatchObject({ version: 2 });
    });

    test("an append that breaks the log's rules does not harm those of the same turn", async () => {
      const [a, b, c] = [await create(), await create(), await create()];
      const first = log.append(a, [started]);
      const stolen = log.append(b, [started]);
      const bad = { ...stolen, events: stolen.events.map((e) => ({ ...e, id: first.events[0]?.id ?? "" })) };
      const third = log.append(c, [started]);
      const results = await Promise.allSettled([store.append(first), store.append(bad), store.append(third)]);
      expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      await reopened();
      expect(await store.load(b.id)).toEqual(b);
      expect(await store.load(c.id)).toEqual(third.state);
      expect(await append(b, [started])).toMatchObject({ version: 2 });
    });

    test("appends of one job may follow one another within a turn", async () => {
      const made = log.create();
      const second = log.append(made.state, [started], { gates: [fixtureGate("script")] });
      const third = log.append(second.state, [{ type: "gate_approved", stage: "script" }], {
        gates: [fixtureGate("script", { approved: true })],
      });
      await Promise.all([made, second, third].map((request) => store.append(request)));
      await reopened();
      expect(await store.load(made.job_id)).toEqual(third.state);
    });

    test("readAll goes on after an event, in the order of commit, over all jobs", async () => {
      const jobs = await Promise.all([create(), create(), create()]);
      for (const job of jobs) await append(job, [started, { type: "stage_completed", stage: "outline" }]);
      const all = await store.readAll(null, 100);
      expect(all).toHaveLength(9);
      const paged = [];
      for (let after: string | null = null; ; ) {
        const page = await store.readAll(after, 2);
        paged.push(...page);
        after = page.at(-1)?.id ?? null;
        if (page.length < 2) break;
      }
      expect(paged).toEqual(all);
      expect(await store.lastEventId()).toBe(all.at(-1)?.id);
      await expect(store.readAll(fixtureId(99_999), 2)).rejects.toMatchObject({ code: "unknown_cursor" });
    });

    test("lists newest first, and pages stay whole while new jobs arrive", async () => {
      const made: JobState[] = [];
      for (let i = 0; i < 7; i++) made.push(await create({ created_at: fixtureTime(Math.floor(i / 2)) }));
      const newestFirst = made.map((job) => job.id).reverse();
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await store.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.jobs.map((job) => job.id));
        await create();
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(newestFirst);
      await expect(store.list({ limit: 3, cursor: "bm8" })).rejects.toMatchObject({ code: "unknown_cursor" });
      await expect(store.list({ limit: 3, cursor: "§" })).rejects.toMatchObject({ code: "unknown_cursor" });
    });

    test("lists by status, pipeline and words of slug or intent", async () => {
      const a = await create({ slug: "tidal-power", intent: "Erkläre die ÖKONOMIE", status: "paused" });
      const b = await create({ slug: "wind", intent: "100% _sure_", pipeline: "ad" });
      const c = await create({ slug: "sun", status: "running" });
      const ids = async (query: Partial<Parameters<EventStore["list"]>[0]>) =>
        (await store.list({ limit: 10, ...query })).jobs.map((job) => job.id);
      expect(await ids({ status: ["paused", "running"] })).toEqual([c.id, a.id]);
      expect(await ids({ status: [] })).toEqual([]);
      expect(await ids({ pipeline: "ad" })).toEqual([b.id]);
      expect(await ids({ q: "ökonomie" })).toEqual([a.id]);
      expect(await ids({ q: "TIDAL" })).toEqual([a.id]);
      expect(await ids({ q: "0% _S" })).toEqual([b.id]);
      expect(await ids({ q: "_" })).toEqual([b.id]);
      expect(await ids({ q: "nothing" })).toEqual([]);
      expect(await ids({ q: "explain", status: ["running"], pipeline: "explainer" })).toEqual([c.id]);
      expect((await store.list({ limit: 1, status: ["paused", "running"] })).next_cursor).not.toBeNull();
      expect((await store.list({ limit: 2, status: ["paused", "running"] })).next_cursor).toBeNull();
    });

    test("knows the unfinished and the queued jobs in their order", async () => {
      const low = await create({ priority: -5 });
      const old = await create();
      const young = await create();
      const high = await create({ priority: 9 });
      const done = await create({ status: "completed" });
      expect(await store.queuedIds()).toEqual([high.id, old.id, young.id, low.id]);
      await append(old, [{ type: "job_started" }], { status: "running" });
      expect(await store.queuedIds()).toEqual([high.id, young.id, low.id]);
      await append(high, [{ type: "job_canceled" }], { status: "canceled" });
      const unfinished = (await store.unfinished()).map((job) => job.id);
      expect(unfinished).toEqual([low.id, old.id, young.id]);
      expect(await store.load(done.id)).toEqual(done);
    });

    test("keeps every version of an artifact, and the current ones in the job's order", async () => {
      const made = await create();
      const script = fixtureArtifact(500);
      const board = fixtureArtifact(501, { stage: "storyboard", name: "storyboard.json" });
      const two = await append(
        made,
        [script, board].map((artifact) => ({
          type: "artifact_created",
          stage: artifact.stage,
          payload: { artifact },
        })),
        { artifacts: [script, board] },
      );
      const script2 = fixtureArtifact(500, { version: 2 });
      const script3 = fixtureArtifact(500, { version: 3 });
      await reopened();
      const three = await append(
        two,
        [script2, script3].map((artifact) => ({
          type: "artifact_created",
          stage: "script",
          payload: { artifact },
        })),
        { artifacts: [script3, board] },
      );
      expect(await store.artifactVersions(made.id, script.id)).toEqual([script, script2, script3]);
      expect(await store.artifactVersions(made.id, board.id)).toEqual([board]);
      expect(await store.artifactVersions(made.id, fixtureId(7))).toEqual([]);
      expect(await store.artifactVersions(fixtureId(7), script.id)).toEqual([]);
      await reopened();
      expect((await store.load(made.id))?.artifacts).toEqual([script3, board]);
      const gone = await append(three, [{ type: "job_retried", stage: "script" }], { artifacts: [board] });
      await reopened();
      expect(await store.load(made.id)).toEqual(gone);
      expect(await store.artifactVersions(made.id, script.id)).toHaveLength(3);
    });

    test("gates follow the state, also when some go and come", async () => {
      const made = await create({ gates: [fixtureGate("script"), fixtureGate("audio")] });
      const loaded = await store.load(made.id);
      const approved = await append(loaded ?? made, [{ type: "gate_approved", stage: "script" }], {
        gates: [fixtureGate("script", { approved: true, by: "ana" }), ...made.gates.slice(1)],
      });
      await reopened();
      expect((await store.load(made.id))?.gates).toEqual(approved.gates);
      const fewer = await append(approved, [{ type: "job_retried" }], { gates: [fixtureGate("audio")] });
      await reopened();
      expect((await store.load(made.id))?.gates).toEqual(fewer.gates);
      const other = await append(fewer, [{ type: "job_retried" }], { gates: [fixtureGate("assets")] });
      await reopened();
      expect(await store.load(made.id)).toEqual(other);
    });

    test("timers fall due in order and go with the state", async () => {
      const a = await create({
        timers: [
          fixtureTimer("script", "2026-03-01T10:00:02.000Z"),
          fixtureTimer("audio", "2026-03-01T10:00:09Z"),
        ],
      });
      const b = await create({ timers: [fixtureTimer("script", "2026-03-01T10:00:02.500Z")] });
      const due = { timer_id: "gate:script", fire_at: "2026-03-01T10:00:02.000Z" };
      expect(await store.dueTimers("2026-03-01T10:00:01.999Z")).toEqual([]);
      expect(await store.dueTimers("2026-03-01T10:00:02Z")).toEqual([{ job_id: a.id, ...due }]);
      expect((await store.dueTimers("2026-03-01T10:00:09.000Z")).map((timer) => timer.job_id)).toEqual([
        a.id,
        b.id,
        a.id,
      ]);
      expect(await store.nextTimerAt()).toBe("2026-03-01T10:00:02.000Z");
      await append(a, [{ type: "job_paused" }], { timers: a.timers.slice(1), status: "paused" });
      await reopened();
      expect(await store.nextTimerAt()).toBe("2026-03-01T10:00:02.500Z");
      await append(b, [{ type: "job_canceled" }], { timers: [], status: "canceled" });
      expect(await store.nextTimerAt()).toBe("2026-03-01T10:00:09Z");
    });

    test("an idempotency key keeps its first request", async () => {
      const row = { request_hash: "h1", job_id: fixtureId(1) };
      expect(await store.rememberKey("k", "h1", fixtureId(1))).toEqual(row);
      expect(await store.rememberKey("k", "h2", fixtureId(2))).toEqual(row);
      await reopened();
      expect(await store.findKey("k")).toEqual(row);
    });

    test("keeps uploads", async () => {
      const upload = {
        upload_id: fixtureId(3),
        path: "uploads/a.pdf",
        sha256: "a".repeat(64),
        size_bytes: 12,
        media_type: "application/pdf",
        created_at: fixtureTime(3),
      };
      await store.saveUpload(upload);
      await expect(store.saveUpload(upload)).rejects.toThrow();
      await reopened();
      expect(await store.findUpload(upload.upload_id)).toEqual(upload);
    });
  });
}
