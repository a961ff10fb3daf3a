/** CONTRACT section 4 over HTTP: every row of the gate table, every patch type, and what each of them refuses. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import type { Job } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import { ProblemError } from "@greenlight/contract/problem-error";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Server, smallHome, startServer } from "./support/server.ts";

/** One pipeline a row: a stage with that gate, and one after it. */
const ROWS = {
  none: { required: false, auto_approve: false },
  at_once: { required: false, auto_approve: true },
  timer_approves: { required: true, auto_approve_after_s: 0.6, remind_after_s: 0.1 },
  timer_rejects: { auto_approve: true, auto_approve_after_s: 0.6, on_timeout: "reject" },
  timer_cancels: { required: false, auto_approve_after_s: 0.6, on_timeout: "cancel" },
  waits: { required: true },
  two_names: { required: true, min_approvals: 2, approvers: ["ada", "bob"] },
  not_mine: { required: true, no_self_approval: true },
  even_so: { required: true, even_in_automation: true },
} as const;

const { home, brief, remove } = smallHome();
let server: Server;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  mkdirSync(join(home, "conf/pipelines"), { recursive: true });
  for (const row of Object.keys(ROWS)) {
    const stages = [
      { id: row, uses: "research" },
      { id: "after", uses: "research" },
    ];
    writeFileSync(join(home, `conf/pipelines/${row}.yaml`), stringify({ name: row, stages }));
  }
  const shipped = { script: { required: true }, storyboard: { required: true }, assets: { required: true } };
  const gates = { ...ROWS, ...shipped, audio: { required: true } };
  writeFileSync(join(home, "conf/operator.yaml"), stringify({ ...OPERATOR, gates }));
  server = await startServer(home);
  client = createClient({ url: server.url, token: server.token });
}, 60_000);
afterAll(async () => {
  await server.stop();
  remove();
});

const OPERATOR = {
  server: {
    port: 8008,
    host: "127.0.0.1",
    allow_external_bind: false,
    allowed_hosts: [],
    cors_origins: [],
    rate_limit_per_minute: 100_000,
    upload_limit_bytes: 1_000_000,
  },
  max_concurrent_jobs: 2,
  store: { synchronous: "NORMAL" },
};

async function until(id: string, met: (job: Job) => boolean): Promise<Job> {
  for (const end = Date.now() + 60_000; ; ) {
    const job = await client.job(id);
    if (met(job)) return job;
    if (job.status === "failed" || Date.now() > end)
      throw new Error(`the job is ${job.status} at ${job.stage}: ${job.error?.message}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
const is = (status: Job["status"], stage?: string) => (job: Job) =>
  job.status === status && (stage === undefined || job.stage === stage);

async function submit(pipeline: string, mode: "interactive" | "automated" = "interactive"): Promise<string> {
  return (await client.createJob({ slug: "honey", intent: "explain", brief, seed: 5, pipeline, mode })).id;
}

/** The refusal's code; its status must be the one given, if any, and the job must be as it was. */
async function refused(id: string, ask: () => Promise<unknown>, status?: number): Promise<string> {
  const before = await client.job(id);
  const told = await ask().then(
    () => ({ code: "not refused", status: 200 }),
    (error: unknown) => {
      if (error instanceof ProblemError) return { code: error.code, status: error.problem.status };
      throw error;
    },
  );
  expect((await client.job(id)).version).toBe(before.version);
  if (status !== undefined) expect(told).toEqual({ code: told.code, status });
  return told.code;
}

describe("the gate table", () => {
  it("required: false, auto_approve: false has no gate", async () => {
    const job = await until(await submit("none"), is("completed"));
    expect(job.gates).toEqual([]);
    expect(await refused(job.id, () => client.approve(job.id, { stage: "none" }))).toBe("gate_not_open");
  });

  it("auto_approve opens and is approved at once", async () => {
    const job = await until(await submit("at_once"), is("completed"));
    expect(job.gates[0]).toMatchObject({ approved: true, by: "auto", auto_approved: true });
  });

  it("a timer approves, after a reminder", async () => {
    const id = await submit("timer_approves");
    await until(id, is("needs_approval"));
    const [status] = await client.gateStatus(id);
    expect(status).toMatchObject({ required: true, has_patch: false, timeout_s: 0.6, approved: null });
    const job = await until(id, is("completed"));
    expect(job.gates[0]).toMatchObject({ approved: true, by: "timer", auto_approved: true });
    const { events } = await client.eventPage(id, { limit: 1000 });
    const types = events.map((e) => e.type).filter((t) => t.startsWith("gate_"));
    expect(types).toEqual(["gate_opened", "gate_reminded", "gate_auto_approved"]);
    expect(events.find((e) => e.type === "gate_auto_approved")?.origin.via).toBe("timer");
  });

  it("a timer rejects, and the job pauses", async () => {
    const job = await until(await submit("timer_rejects"), is("paused"));
    expect(job.gates[0]).toMatchObject({ approved: false, by: "timer" });
  });

  it("a timer cancels", async () => {
    const job = await until(await submit("timer_cancels"), is("canceled"));
    const { by, at, notes, stage } = job.gates[0] ?? {};
    expect(notes).toBe("the gate timer_cancels was not decided in time: job canceled");
    expect(by).toBe("timer");
    const decided = { stage, approved: false, by, at, notes };
    expect(await client.decisions(job.id)).toMatchObject([decided]);
    const [status] = await client.gateStatus(job.id);
    const waited = (Date.parse(at ?? "") - Date.parse(status?.opened_at ?? "")) / 1000;
    expect(status).toMatchObject({ time_elapsed_s: waited, time_remaining_s: null });
    const file = join(home, "runs", job.id, "gates/timer_cancels.json");
    await expect
      .poll(() => existsSync(file) && JSON.parse(readFileSync(file, "utf8")))
      .toMatchObject(decided);
  });

  it("required waits for a person; two people at once: one decides, the other hears who did", async () => {
    const id = await submit("waits");
    const open = await until(id, is("needs_approval"));
    expect(open.gates[0]).toMatchObject({ required: true, approved: null, by: null });
    expect(await refused(id, () => client.approve(id, { stage: "after" }))).toBe("gate_not_open");
    expect(await refused(id, () => client.approve(id, { stage: "nowhere" }))).toBe("stage_not_found");
    const stale = { stage: "waits", artifact_sha256s: ["0".repeat(64)] };
    expect(await refused(id, () => client.approve(id, stale))).toBe("gate_stale_artifact");
    expect(await refused(id, () => client.resume(id))).toBe("invalid_transition");
    const answers = await Promise.allSettled([
      client.approve(id, { stage: "waits", by: "ada" }),
      client.reject(id, { stage: "waits", by: "bob" }),
    ]);
    expect(answers.map((a) => a.status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = answers.find((a) => a.status === "rejected");
    expect(lost?.status === "rejected" && lost.reason.code).toBe("gate_already_decided");
    // An approved job goes on by itself; only one that stands can show that a refusal changed nothing.
    await until(id, (job) => job.status === "completed" || job.status === "paused");
    expect(await refused(id, () => client.approve(id, { stage: "waits" }))).toBe("gate_already_decided");
    const decision = await client.decision(id, "waits");
    expect(decision.by).toBe(answers[0]?.status === "fulfilled" ? "ada" : "bob");
  });

  it("min_approvals counts names, and only those of approvers", async () => {
    const id = await submit("two_names");
    await until(id, is("needs_approval"));
    const approve = (by: string) => client.approve(id, { stage: "two_names", by });
    expect(await refused(id, () => approve("eve"))).toBe("approver_not_allowed");
    expect(await refused(id, () => approve("timer"))).toBe("invalid_field");
    expect((await approve("ada")).status).toBe("needs_approval");
    expect(await refused(id, () => approve("ada"))).toBe("gate_already_decided");
    const [status] = await client.gateStatus(id);
    expect(status).toMatchObject({ min_approvals: 2, approvers: ["ada", "bob"] });
    expect(status?.approvals.map((a) => a.by)).toEqual(["ada"]);
    await approve("bob");
    await until(id, is("completed"));
  });

  it("no_self_approval refuses whoever submitted", async () => {
    const id = await submit("not_mine");
    await until(id, is("needs_approval"));
    expect(await refused(id, () => client.approve(id, { stage: "not_mine" }))).toBe("self_approval_refused");
    await client.approve(id, { stage: "not_mine", by: "bob" });
    await until(id, is("completed"));
  });

  it("mode: automated approves every gate at once, but one that holds even so", async () => {
    const free = await until(await submit("waits", "automated"), is("completed"));
    expect(free.gates[0]).toMatchObject({ approved: true, by: "automation", auto_approved: true });
    await until(await submit("even_so", "automated"), is("needs_approval"));
  });
});

describe("the patch table", () => {
  it("holds at each stage, refused or applied", { timeout: 120_000 }, async () => {
    const id = await submit("explainer");
    const apply = (stage: string, patch: Patch) => client.applyPatch(id, stage, patch);
    const no = (stage: string, patch: Patch, status = 422) => refused(id, () => apply(stage, patch), status);
    const textOf = async (name: string) => {
      const found = (await client.artifacts(id)).find((a) => a.name === name);
      return (await client.content(id, found?.id ?? "")).text();
    };
    const versionOf = async (name: string) =>
      (await client.artifacts(id)).find((a) => a.name === name)?.version;

    let job = await until(id, is("needs_approval", "script"));
    const script = job.artifacts.find((a) => a.kind === "script");
    const first = await textOf("script.md");
    const heading = /^## (.+)$/m.exec(first)?.[1] ?? "";
    const replacing = (old: string, fresh: string): Patch => ({
      type: "text_replace",
      replacements: [{ old, new: fresh }],
    });
    expect(await no("script", replacing("zebra crossing", "x"))).toBe("patch_target_missing");
    expect(await no("script", replacing(heading, heading))).toBe("patch_no_change");
    const section = (section_marker: string, new_section: string): Patch => ({
      type: "section_replace",
      section_marker,
      new_section,
    });
    expect(await no("script", section("No such", "x"))).toBe("patch_target_missing");
    expect(await no("script", { type: "replace", content: 7 })).toBe("patch_invalid_result");
    expect(await no("script", { type: "asset_replace", beat_id: "b01", upload_id: id })).toBe(
      "patch_not_applicable",
    );
    expect(await no("assemble", replacing(heading, "x"))).toMatch(/^patch_/);
    await apply("script", replacing(heading, `${heading} indeed`));
    expect(await textOf("script.md")).toBe(first.replaceAll(heading, `${heading} indeed`));
    await apply(
      "script",
      section(`${heading} indeed`, `## ${heading}\n\nHoney keeps. It holds little water.\n`),
    );
    expect(await textOf("script.md")).toContain("Honey keeps. It holds little water.");
    await apply("script", { type: "replace", content: first });
    const old = await client.content(id, script?.id ?? "", { version: 2 });
    expect(await old.text()).toContain("indeed");
    expect(await versionOf("script.md")).toBe(4);
    await client.approve(id, { stage: "script" });

    job = await until(id, is("needs_approval", "storyboard"));
    const board = JSON.parse(await textOf("storyboard.json")) as Storyboard;
    const beat = board.beats[0];
    if (!beat) throw new Error("the storyboard has no beats");
    const lasting = (beat_id: string, duration: number): Patch => ({
      type: "duration_adjust",
      beat_adjustments: [{ beat_id, duration }],
    });
    expect(await no("storyboard", lasting("b99", 5))).toBe("patch_target_missing");
    expect(await no("storyboard", lasting(beat.id, 0.1))).toBe("patch_too_short");
    const edit = (beat_id: string, set: object) =>
      ({ type: "beat_edit", beat_id, set }) as Extract<Patch, { type: "beat_edit" }>;
    expect(await no("storyboard", edit("b99", { on_screen_text: "x" }))).toBe("patch_target_missing");
    expect(await no("storyboard", edit(beat.id, { colour: "red" }))).toBe("patch_invalid");
    const pointing = (path: string, value: unknown) =>
      ({ type: "json_patch", operations: [{ op: "replace", path, value }] }) as Patch;
    expect(await no("storyboard", pointing("/nowhere/1", 1))).toMatch(
      /^patch_(target_missing|not_applicable)$/,
    );
    expect(await no("storyboard", pointing("/fps", "fast"))).toBe("patch_invalid_result");
    expect(await no("storyboard", { type: "replace", content: { beats: 1 } })).toBe("patch_invalid_result");
    await apply("storyboard", lasting(beat.id, beat.duration_s + 1));
    await apply("storyboard", edit(beat.id, { on_screen_text: "Honey keeps" }));
    const spoken = board.beats.findLast((b) => b.speech_s > 0 && b.id !== beat.id);
    await apply(
      "storyboard",
      edit(spoken?.id ?? "", { narration: `${spoken?.narration} And that is all of it.` }),
    );
    const longer = (JSON.parse(await textOf("storyboard.json")) as Storyboard).beats.find(
      (b) => b.id === spoken?.id,
    );
    expect(longer?.speech_s).toBeGreaterThan((spoken?.speech_s ?? 0) + 0.5);
    await apply("storyboard", pointing("/title", "Honey, patched"));
    const patched = JSON.parse(await textOf("storyboard.json")) as Storyboard;
    expect(patched.title).toBe("Honey, patched");
    expect(patched.beats[0]).toMatchObject({
      duration_s: beat.duration_s + 1,
      on_screen_text: "Honey keeps",
    });
    const unknown = { stage: "storyboard", beats: [{ beat_id: "b99" }] };
    expect(await refused(id, () => client.reject(id, unknown))).toBe("beat_not_found");
    await client.approve(id, { stage: "storyboard" });

    await until(id, is("needs_approval", "assets"));
    const picture = new Blob([Buffer.from(PNG, "base64")], { type: "image/png" });
    const { upload_id } = await client.upload(picture, "dot.png");
    const text = await client.upload(new Blob(["plain words"], { type: "text/plain" }), "words.txt");
    const swap = (beat_id: string, upload: string): Patch => ({
      type: "asset_replace",
      beat_id,
      upload_id: upload,
    });
    expect(await no("assets", swap("b99", upload_id))).toBe("patch_target_missing");
    expect(await no("assets", swap(beat.id, id))).toBe("upload_not_found");
    expect(await no("assets", swap(beat.id, text.upload_id))).toBe("patch_invalid");
    const still = await versionOf(`${beat.id}.png`);
    await apply("assets", {
      ...{ type: "json_patch", artifact: `${beat.id}.json` },
      operations: [{ op: "replace", path: "/background/colour", value: "#303030" }],
    });
    expect(await versionOf(`${beat.id}.png`)).toBe((still ?? 0) + 1);
    await apply("assets", swap(beat.id, upload_id));
    job = await until(id, is("needs_approval", "assets"));
    expect(job.artifacts.some((a) => a.name === `${beat.id}-photo`)).toBe(true);
    expect(await versionOf(`${beat.id}.png`)).toBe((still ?? 0) + 2);
    await client.approve(id, { stage: "assets" });

    await until(id, is("needs_approval", "audio"));
    const level = (level_change_db: number) => ({ type: "level_adjust", level_change_db }) as const;
    expect(await no("audio", level(25))).toBe("patch_invalid");
    expect(await no("audio", level(-25))).toBe("patch_invalid");
    expect(await no("audio", level(0))).toBe("patch_no_change");
    expect(await no("audio", { ...level(3), beat_id: "b99" })).toBe("patch_target_missing");
    const captions = (content: string): Patch => ({ type: "replace", artifact: "captions.srt", content });
    expect(await no("audio", captions("1\n00:00:00,000 --> 00:00:01,000\nHoney\n"))).toBe(
      "patch_not_applicable",
    );
    expect(await no("acceptance", { ...pointing("/verdict", "PASS") })).toMatch(/^patch_/);
    await apply("audio", { ...level(-3), beat_id: beat.id });
    job = await until(id, is("needs_approval", "audio"));
    expect(job.stages.find((s) => s.id === "audio")?.attempt).toBe(2);
    expect((await client.patchTypes()).map((t) => t.type)).toEqual(
      expect.arrayContaining(["text_replace", "section_replace", "duration_adjust", "beat_edit"]),
    );
    await client.cancel(id);
    expect(await no("script", replacing("a", "b"), 409)).toBe("invalid_transition");
  });
});

/** A picture of 64 × 64 px. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAABHNCSVQICAgIfAhkiAAAAAFzUkdCAK7OHOkAAACXSURBVHic7dBRFQAQAMBApBdOJ2Lch12Cvc2zxx0fWzpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ACtATpAa4AO0BqgA7QG6ADtAajTAtPQPXQIAAAAAElFTkSuQmCC";
