import type { Artifact } from "@greenlight/contract/artifact";
import { type AuditEntry, auditEntry } from "@greenlight/contract/audit";
import type { JobEvent } from "@greenlight/contract/event";
import { beforeAll, expect, it } from "vitest";
import { openMemoryStore } from "../adapters/store/memory.ts";
import { auditedJob } from "../app/testing/audited-job.ts";
import { FixtureLog, fixtureArtifact, fixtureSha } from "../domain/testing/fixtures.ts";
import { auditEntries } from "./audit.ts";

/** All entries, from a log that is read `batch` events at a time. */
async function toAudit(log: readonly JobEvent[], batch = 3): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const first = (log[0]?.seq ?? 1) - 1;
  const readAfter = async (seq: number) => log.slice(Math.max(0, seq - first)).slice(0, batch);
  for await (const entry of auditEntries(readAfter)) entries.push(entry);
  return entries;
}

let events: JobEvent[];
beforeAll(async () => {
  const store = openMemoryStore();
  events = await store.readJob(await auditedJob(store), 0, 1000);
});

it("tells every act once, in order, with who and from where", async () => {
  const entries = await toAudit(events);
  expect(entries.map((e) => `${e.seq} ${e.action} ${e.stage ?? "-"} ${e.by} ${e.via}`)).toEqual([
    "1 submit - Ada http",
    "4 version script engine engine",
    "7 remind script timer timer",
    "8 patch script Ada http",
    "9 version script Ada http",
    "10 approve script Bea link",
    "12 request_pause - Ada http",
    "13 version storyboard engine engine",
    "15 pause audio Ada http",
    "16 resume audio Ada http",
    "17 patch script Ada http",
    "18 version script Ada http",
    "19 void script Ada http",
    "21 reject script Bea http",
    "22 pause script Bea http",
    "23 cancel - Ada http",
    "24 retry script Ada http",
  ]);
  for (const entry of entries) {
    expect(auditEntry.parse(entry)).toEqual(entry);
    const { id, ts, hash, message, origin } = events[entry.seq - 1] as JobEvent;
    expect(entry).toMatchObject({ event_id: id, ts, hash, message, ...origin });
  }
});

it("says what changed: versions before and after, what was approved, what was voided", async () => {
  const entries = await toAudit(events);
  const change = (seq: number) => entries.find((e) => e.seq === seq)?.change;
  const shaAt = (seq: number) => (events[seq - 1]?.payload.artifact as Artifact | undefined)?.sha256;
  const version = (n: number, seq: number) => ({ version: n, sha256: shaAt(seq) });
  expect(change(1)).toMatchObject({ kind: "job", submitted_by: "Ada", seed: 7 });
  expect(change(4)).toMatchObject({ name: "script.md", ...version(1, 4), attempt: 1, patch_seq: null });
  expect(change(8)).toMatchObject({
    ...{ type: "text_replace", patch: events[7]?.payload.patch, stale_from: null },
    artifact: { name: "script.md", before: version(1, 4), after: version(2, 9) },
  });
  expect(change(9)).toMatchObject({ ...version(2, 9), attempt: null, patch_seq: 8 });
  const approved = [{ name: "script.md", ...version(2, 9) }];
  expect(change(10)).toMatchObject({ gate: "script", approved: true, final: true, versions: approved });
  expect(change(17)).toMatchObject({ artifact: { before: version(2, 9) }, stale_from: "storyboard" });
  expect(change(19)).toMatchObject({ approvals_by: ["Bea"], versions: approved });
  expect(change(21)).toMatchObject({
    ...{ approved: false, beats: [{ beat_id: "b01", notes: "slower" }] },
    versions: [{ name: "script.md", ...version(3, 18) }],
  });
  expect(change(24)).toEqual({
    ...{ kind: "retry", from_stage: "script", reason: "operator", keep_patches: false, keep_notes: false },
  });
});

it("tells a patch that makes the stage run again, and who decides without a person", async () => {
  const log = new FixtureLog();
  const { state } = log.create();
  const patch = { type: "level_adjust", level_change_db: -3 };
  const artifact = fixtureArtifact(5, { stage: "audio" });
  const unknown = fixtureSha("never made");
  const auto = { artifact_sha256s: [artifact.sha256, unknown, artifact.sha256] };
  const appended = log.append(state, [
    {
      type: "patch_applied",
      stage: "audio",
      payload: { by: "Ada", patch, effect: "rebuild", stale_from: "audio" },
    },
    { type: "stage_started", stage: "audio", payload: { attempt: 2 } },
    { type: "artifact_created", stage: "audio", payload: { artifact } },
    ...["timer", "auto", "automation", "policy"].map((by) => ({
      ...{ type: "gate_auto_approved" as const, stage: "audio", payload: { by, ...auto } },
    })),
  ]);
  const [patched, made, ...decided] = await toAudit(appended.events);
  expect(patched?.change).toMatchObject({ kind: "patch", artifact: null, stale_from: "audio" });
  expect(made).toMatchObject({ by: "engine", change: { attempt: 2, patch_seq: null } });
  expect(decided.map((e) => [e.action, e.by])).toEqual(
    ["timer", "auto", "automation", "policy"].map((by) => ["auto_approve", by]),
  );
  expect(decided[0]?.change).toMatchObject({
    versions: [
      { name: "script.md", version: 1, sha256: artifact.sha256 },
      { name: null, version: null, sha256: unknown },
    ],
  });
});

it("tells which outputs a stage no longer makes, as they last were", async () => {
  const log = new FixtureLog();
  const { state } = log.create();
  const [kept, gone] = [fixtureArtifact(5), fixtureArtifact(6, { name: "extra.md", version: 2 })];
  const { events: appended } = log.append(state, [
    ...[kept, gone].map((artifact) => ({
      ...{ type: "artifact_created" as const, stage: "script", payload: { artifact } },
    })),
    { type: "stage_completed", stage: "script", payload: { attempt: 1, artifacts_dropped: [] } },
    { type: "stage_completed", stage: "script", payload: { attempt: 2, artifacts_dropped: [gone.id] } },
  ]);
  const told = (await toAudit(appended)).filter(({ action }) => action === "drop");
  const { id: artifact_id, name, version, sha256 } = gone;
  expect(told).toMatchObject([
    {
      ...{ seq: appended.at(-1)?.seq, by: "engine", stage: "script" },
      change: { kind: "drop", attempt: 2, artifacts: [{ artifact_id, name, version, sha256 }] },
    },
  ]);
});

it("is the same however the log is cut, and reads no further than it is asked", async () => {
  const whole = await toAudit(events, 1000);
  for (const batch of [1, 2, 7]) expect(await toAudit(events, batch)).toEqual(whole);
  const read: number[] = [];
  const readAfter = async (seq: number) => {
    read.push(seq);
    return events.slice(seq, seq + 5);
  };
  for await (const entry of auditEntries(readAfter)) if (entry.seq >= 4) break;
  expect(read).toEqual([0]);
});
