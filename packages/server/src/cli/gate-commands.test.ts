import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Job } from "@greenlight/contract/job";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adapterOf, hasStatus, openEngine } from "../app/testing/engine.ts";
import { engineOperations } from "../app/testing/engine-operations.ts";
import { readEnvironment } from "../config.ts";
import type { JobState } from "../domain/state.ts";
import { planned } from "../domain/testing/scenario.ts";
import { type Bench, httpBench, TOKEN } from "../http/testing/http-bench.ts";
import { runCli } from "./program.ts";

const JSON_FILE = { media_type: "application/json", meta: { made_by: "test" } };
const MARKDOWN = { media_type: "text/markdown", meta: { made_by: "test" } };
const beat = (id: string) => ({
  ...{ id, section: "One", narration: "The tide turns.", duration_s: 4, speech_s: 2.5, citations: [] },
  ...{ visual: { kind: "statement", text: "x" }, on_screen_text: "", motion: "push_in", transition: "cut" },
});
const board = {
  ...{ slug: "tide", title: "Tide", language: "en", fps: 30, width: 320, height: 180 },
  beats: [beat("b01"), beat("b02"), beat("b03")],
};
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

let engine: Awaited<ReturnType<typeof openEngine>>;
let bench: Bench;
let url: string;
let id: string;
beforeEach(async () => {
  const script = adapterOf("script", async (ctx) => {
    await ctx.write("script", "script.md", `The tide turns.${ctx.feedback.map((f) => f.notes).join()}`, {
      ...MARKDOWN,
      meta: {
        ...MARKDOWN.meta,
        feedback_unmet: ctx.feedback.flatMap((f) => (f.notes === "Warmer." ? [f.notes] : [])),
      },
    });
  });
  const storyboard = adapterOf("storyboard", (ctx) =>
    ctx.write("storyboard", "storyboard.json", JSON.stringify(board), JSON_FILE),
  );
  const plan = [
    planned("script", { required: true, auto_approve_after_s: 600 }),
    planned("storyboard", { required: true }),
  ];
  engine = await openEngine({ adapters: [script, storyboard] });
  const operations = engineOperations(engine, () => plan);
  await engine.dispatcher.start([]);
  const { store, feed, objects } = engine;
  bench = await httpBench({}, { operations, store, feed, objects, clock: { now: () => Date.now() } });
  url = await bench.listen();
  const response = await fetch(`${url}/api/v1/jobs`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({
      slug: "tide",
      intent: "explain",
      brief: { title: "Tide", sources: [{ text: "Sea." }] },
    }),
  });
  id = ((await response.json()) as Job).id;
  await waits();
});
afterEach(async () => {
  await bench.close();
  await engine.close();
});

const waits = (): Promise<JobState> => engine.until(id, hasStatus("needs_approval"));
const lastOf = async (type: string) =>
  (await engine.store.readJob(id, 0, 1000)).findLast((event) => event.type === type)?.payload;

async function cli(...args: string[]) {
  const text = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new PassThrough().on("data", (data) => {
      text[name] += data;
    });
  const code = await runCli(args, {
    ...{ env: readEnvironment({ ADMIN_TOKEN: TOKEN, GREENLIGHT_URL: url }), cwd: engine.root },
    ...{ stdin: new PassThrough(), stdout: sink("out"), stderr: sink("err"), fetch },
    compose: () => Promise.reject(new Error("a client command needs no engine")),
    onInterrupt: () => () => {},
  });
  return { code, ...text };
}

/** Runs a command that must end well; what it prints as JSON. */
async function ask<T = Job>(...args: string[]): Promise<T> {
  const { code, out, err } = await cli(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as T;
}

describe("approve", () => {
  it("names the versions looked at by hash or by name, and is refused for older ones", async () => {
    writeFileSync(join(engine.root, "p.yaml"), "type: replace\ncontent: The tide ebbs.\n");
    await ask("patch", id, "script", "p.yaml");
    const old = digest("The tide turns.");
    for (const looked of [
      ["--sha", old],
      ["--artifact", "script.md@1"],
    ]) {
      const { code, err } = await cli("approve", id, "script", ...looked);
      expect([code, err]).toEqual([1, expect.stringContaining("error gate_stale_artifact")]);
    }
    const { gates } = await ask("approve", id, "script", "--artifact", "script.md@2", "--notes", "Good.");
    expect(gates[0]).toMatchObject({
      approved: true,
      notes: "Good.",
      artifact_sha256s: [digest("The tide ebbs.")],
    });
  });

  it("takes the newest version where none is named", async () => {
    const { gates } = await ask("approve", id, "script", "--artifact", "script.md");
    expect(gates[0]).toMatchObject({ approved: true });
  });
});

describe("reject", () => {
  async function atStoryboard(): Promise<void> {
    await ask("approve", id, "script");
    await engine.until(id, (state) => state.status === "needs_approval" && state.position === 1);
  }

  it("gives the notes to the beats that bring none", async () => {
    await atStoryboard();
    await ask("reject", id, "storyboard", "--beat", "b03", "--beat", "b01=Slower=calm.", "--notes", "A map.");
    expect(await lastOf("gate_rejected")).toMatchObject({
      notes: null,
      beats: [
        { beat_id: "b03", notes: "A map." },
        { beat_id: "b01", notes: "Slower=calm." },
      ],
    });
  });

  it("keeps the notes for the whole where each beat brings its own", async () => {
    await atStoryboard();
    await ask("reject", id, "storyboard", "--beat", "b01=Slower.", "--notes", "All calmer.");
    expect(await lastOf("gate_rejected")).toMatchObject({
      notes: "All calmer.",
      beats: [{ beat_id: "b01" }],
    });
  });

  it("keeps with each note what its beat was, unless a patch wrote it", async () => {
    await atStoryboard();
    writeFileSync(
      join(engine.root, "p.yaml"),
      "type: beat_edit\nbeat_id: b02\nset: { narration: The sea. }\n",
    );
    await ask("patch", id, "storyboard", "p.yaml");
    await ask("reject", id, "storyboard", "--beat", "b01=Slower.", "--beat", "b02=Slower.");
    const beats = (await engine.bus.load(id)).stages[1]?.feedback.map((note) => note.beat);
    expect(beats).toEqual([
      { section: "One", narration: "The tide turns." },
      { section: "One", narration: null },
    ]);
  });

  it("of a beat that is none is bad input, and changes nothing", async () => {
    await atStoryboard();
    const { code, out } = await cli("reject", id, "storyboard", "--beat", "b09", "--json");
    expect([code, JSON.parse(out).error]).toMatchObject([
      2,
      { code: "beat_not_found", fields: [{ field: "/beats/0/beat_id" }] },
    ]);
    expect((await engine.bus.load(id)).status).toBe("needs_approval");
  });
});

describe("pause and resume", () => {
  it("hold an open gate, whose clock stops, and let it go with all of its time", async () => {
    expect((await cli("gates", id)).out).toMatch(
      /^script +open; its timer decides in (599|600) s\nstoryboard +not open\n$/,
    );
    expect(await ask("pause", id, "--notes", "Lunch.")).toMatchObject({ status: "paused" });
    expect(await lastOf("job_paused")).toEqual({ by: "admin", reason: "operator", notes: "Lunch." });
    const { gates } = await ask<{ gates: object[] }>("gates", id);
    expect(gates[0]).toMatchObject({ stage: "script", opened_at: null, time_remaining_s: null });
    expect(await ask("resume", id)).toMatchObject({ status: "needs_approval" });
  });

  it("resume goes back to a stage with notes, with its patches or without", async () => {
    writeFileSync(join(engine.root, "p.yaml"), "type: replace\ncontent: The tide ebbs.\n");
    await ask("patch", id, "script", "p.yaml");
    await ask("reject", id, "script");
    await ask("resume", id, "--notes", "Calmer.", "--keep-patches");
    expect((await waits()).stages[0]?.patches).toHaveLength(1);
    await ask("pause", id);
    await ask("resume", id, "--stage", "script", "--notes", "Longer.", "--no-keep-patches");
    expect((await waits()).stages[0]?.patches).toEqual([]);
    const content = async () => (await engine.bus.load(id)).artifacts[0]?.sha256;
    expect(await content()).toBe(digest("The tide turns.Calmer.,Longer."));
    await ask("pause", id);
    await ask("resume", id, "--stage", "script", "--notes", "Brighter.", "--no-keep-notes");
    await waits();
    expect(await content()).toBe(digest("The tide turns.Brighter."));
    expect(await lastOf("job_resumed")).toMatchObject({ keep_patches: true, keep_notes: false });
    expect((await cli("audit", id)).out).toContain('[earlier notes let go; "Brighter."]');
  });

  it("resume mends a rejected stage with a patch", async () => {
    await ask("reject", id, "script", "--notes", "Wrong word.");
    writeFileSync(
      join(engine.root, "p.yaml"),
      "type: text_replace\nreplacements: [{ old: turns, new: ebbs }]\n",
    );
    const { gates } = await ask("resume", id, "--patch", "p.yaml");
    expect(gates[0]).toMatchObject({ approved: true, patch: { type: "text_replace" } });
  });
});

it("gates tells what was not honoured, and of a canceled job no gate that is open", async () => {
  expect((await cli("reject", id, "script", "--notes", "Warmer.")).out).toContain(
    `paused: greenlight resume ${id}\n`,
  );
  await ask("resume", id);
  await waits();
  expect((await cli("gates", id)).out).toMatch(
    /^script +open; .*\n {2}not honoured: Warmer\.\nstoryboard +not open\n$/,
  );
  await ask("cancel", id);
  expect((await cli("gates", id)).out).toMatch(/^script +not decided: the job is canceled\n/);
});

it("retry asks every gate again with --reopen, and takes notes", async () => {
  await ask("approve", id, "script");
  await engine.until(id, (state) => state.status === "needs_approval" && state.position === 1);
  await ask("approve", id, "storyboard");
  await engine.until(id, hasStatus("completed"));
  expect(
    (await cli("jobs", "--status", "queued,completed", "--q", "tid", "--pipeline", "explainer")).out,
  ).toContain(id);
  await ask("retry", id, "--from", "storyboard", "--reopen", "--notes", "Again.", "--no-keep-patches");
  const state = await waits();
  expect(state).toMatchObject({ position: 1, stages: [{}, { feedback: [{ notes: "Again." }] }] });
  expect(await lastOf("job_retried")).toMatchObject({ keep_patches: false, notes: "Again." });
});

it("lists the kinds of patch with examples that are patches", async () => {
  const { types } = await ask<{ types: { type: string; example: { type: string } }[] }>("patch-types");
  expect(types.map((kind) => kind.example.type)).toEqual(types.map((kind) => kind.type));
  expect((await cli("patch-types")).out).toContain("duration_adjust  (storyboard)\n");
});

describe("bad input is told with code, field and remedy, and sends nothing", () => {
  it.each([
    [["approve", "ID", "script", "--sha", "abc"], "invalid_field", "--sha", "64 digits"],
    [["approve", "ID", "script", "--artifact", "ghost.md"], "invalid_field", "--artifact", "script.md@1"],
    [
      ["approve", "ID", "script", "--artifact", "script.md@7"],
      "invalid_field",
      "--artifact",
      "versions 1 to 1",
    ],
    [["approve", "ID", "script", "--patch", "ghost.yaml"], "invalid_field", "--patch", "patch-types"],
    [["patch", "ID", "script", "ghost.yaml"], "invalid_field", "<file>", "patch-types"],
    [["approve", "ID"], "invalid_field", "<stage>", "--help"],
    [["retry", "ID", "--form", "audio"], "invalid_field", "--form", "--help"],
    [["resume", "ID", "--stage"], "invalid_field", "--stage", "--help"],
    [["revert", "ID", "script.md", "zero"], "invalid_field", "<version>", "whole number from 1"],
    [["jobs", "--limit", "900"], "invalid_field", "--limit", "whole number from 1 to 200"],
    [["jobs", "--status", "done"], "invalid_field", "--status", "needs_approval"],
    [["frobnicate"], "bad_request", undefined, "--help"],
    [["resume", "ID", "--stage", "nope"], "invalid_transition", undefined, "status"],
  ])("%j", async (args, error, field, remedy) => {
    const before = (await engine.bus.load(id)).version;
    const { code, out } = await cli(
      ...[...args.slice(0, 1), "--json", ...args.slice(1)].map((arg) => (arg === "ID" ? id : arg)),
    );
    const told = JSON.parse(out).error;
    expect([told.code, told.fields[0]?.field]).toEqual([error, field]);
    expect(told.remedy).toContain(remedy);
    // A refusal by the job's state is no bad input.
    expect(code).toBe(error === "invalid_transition" ? 1 : 2);
    expect((await engine.bus.load(id)).version).toBe(before);
  });

  it("as text in one line with its field", async () => {
    const { code, out, err } = await cli("jobs", "--limit", "900");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(
      /^error invalid_field: --limit: Option '--limit <n>' .*\nremedy: Give a whole number from 1 to 200\.\n$/,
    );
  });
});

it.each([
  "approve",
  "reject",
  "resume",
  "retry",
  "pause",
  "cancel",
  "patch",
  "revert",
  "diff",
  "gates",
  "jobs",
  "audit",
  "verify",
])("%s --help gives an example", async (name) => {
  const { code, out } = await cli(name, "--help");
  expect([code, out]).toEqual([0, expect.stringContaining(`\nExamples:\n  greenlight ${name} `)]);
  expect(out).toContain("--json");
});
