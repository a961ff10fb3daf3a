import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Artifact } from "@greenlight/contract/artifact";
import { JOB_STATUSES } from "@greenlight/contract/event";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { EventStore } from "../../app/ports/event-store.ts";
import type { JobState } from "../../domain/state.ts";
import {
  type FixtureEvent,
  FixtureLog,
  fixtureArtifact,
  fixtureGate,
  fixtureTime,
  fixtureTimer,
} from "../../domain/testing/fixtures.ts";
import { openMemoryStore } from "./memory.ts";
import { openSqliteStore } from "./sqlite.ts";

const root = mkdtempSync(join(tmpdir(), "greenlight-equal-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STAGES = ["outline", "script", "assets"];
const someStages = fc.subarray(STAGES);
const step = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("create"), priority: fc.integer({ min: -2, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "reopen" as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("append"),
      job: fc.nat(3),
      status: fc.constantFrom(...JOB_STATUSES),
      gates: fc.option(someStages),
      approved: fc.option(fc.boolean()),
      timers: fc.option(someStages),
      renew: someStages,
      drop: fc.option(fc.constantFrom(...STAGES)),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Append = Extract<Step, { job: number }>;

/** What `change` does to a job: some gates and timers anew, some artifacts in a next version, one left out. */
function appendOf(log: FixtureLog, state: JobState, change: Append, versions: Map<string, number>) {
  const events: FixtureEvent[] = [{ type: "stage_started", stage: "outline" }];
  let artifacts: readonly Artifact[] = state.artifacts;
  if (change.drop !== null) artifacts = artifacts.filter((artifact) => artifact.stage !== change.drop);
  for (const stage of change.renew) {
    const key = `${state.id} ${stage}`;
    const version = (versions.get(key) ?? 0) + 1;
    versions.set(key, version);
    const artifact = fixtureArtifact(STAGES.indexOf(stage), { stage, version });
    events.push({ type: "artifact_created", stage, payload: { artifact } });
    artifacts = artifacts.some((one) => one.stage === stage)
      ? artifacts.map((one) => (one.stage === stage ? artifact : one))
      : [...artifacts, artifact];
  }
  const { status, gates, approved, timers } = change;
  return log.append(state, events, {
    status,
    artifacts,
    ...(gates === null
      ? {}
      : {
          gates: gates.map(
            (stage) =>
              state.gates.find((g) => g.stage === stage && approved === null) ??
              fixtureGate(stage, { approved }),
          ),
        }),
    ...(timers === null
      ? {}
      : { timers: timers.map((stage, i) => fixtureTimer(stage, fixtureTime(900 + i))) }),
  });
}

async function everything(store: EventStore, jobs: readonly JobState[]) {
  return {
    jobs: await Promise.all(jobs.map((job) => store.load(job.id))),
    list: (await store.list({ limit: 100 })).jobs,
    unfinished: await store.unfinished(),
    queued: await store.queuedIds(),
    events: await store.readAll(null, 1000),
    due: await store.dueTimers(fixtureTime(901)),
    next: await store.nextTimerAt(),
    versions: await Promise.all(
      jobs.flatMap((job) => STAGES.map((_, i) => store.artifactVersions(job.id, fixtureArtifact(i).id))),
    ),
  };
}

test("after any appends, with the database closed and opened in between, sqlite answers as memory does", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const path = join(root, `${++count}.sqlite`);
      const memory = openMemoryStore();
      let sqlite = openSqliteStore({ path, synchronous: "OFF" });
      const log = new FixtureLog();
      const jobs: JobState[] = [];
      const versions = new Map<string, number>();
      for (const one of steps) {
        if (one.do === "reopen") {
          await sqlite.close();
          sqlite = openSqliteStore({ path, synchronous: "OFF" });
          continue;
        }
        const index = "job" in one ? one.job % Math.max(1, jobs.length) : jobs.length;
        const before = await sqlite.load(jobs[index]?.id ?? "");
        const request =
          "job" in one && before !== undefined
            ? appendOf(log, before, one, versions)
            : log.create("priority" in one ? { priority: one.priority } : {});
        await Promise.all([memory.append(request), sqlite.append(request)]);
        jobs[before === undefined ? jobs.length : index] = request.state;
      }
      expect(await everything(sqlite, jobs)).toEqual(await everything(memory, jobs));
      await sqlite.close();
      sqlite = openSqliteStore({ path });
      expect(await everything(sqlite, jobs)).toEqual(await everything(memory, jobs));
      await sqlite.close();
    }),
    { numRuns: 40, seed: 20_261_121 },
  );
});
