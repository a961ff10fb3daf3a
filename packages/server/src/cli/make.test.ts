import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { JobEvent } from "@greenlight/contract/event";
import { beforeEach, describe, expect, test } from "vitest";
import type { App, Compose } from "../app/app.ts";
import { SHIPPED_CONF } from "../config/conf-files.ts";
import { loadConfig, readEnvironment } from "../config.ts";
import { Rejection } from "../domain/commands.ts";
import { type JobState, TERMINAL } from "../domain/state.ts";
import type { CliContext } from "./context.ts";
import { runCli } from "./program.ts";

/** An engine of two stages, script (with its gate) and assemble, that works through a job by itself. */
class FakeEngine {
  readonly jobs = new Map<string, { state: JobState; events: JobEvent[] }>();
  readonly keys = new Map<string, string>();
  readonly objects = new Map<string, string>();
  readonly decisions: { decision: string; notes: string | undefined; seen: readonly string[] | undefined }[] =
    [];
  readonly listeners = new Set<(events: readonly JobEvent[]) => void>();
  verdict: "PASS" | "FAIL" = "PASS";
  hang = false;
  closed = 0;
  resumed = 0;
  /** What the timer of script's gate does and when: so many ms after it opened, or while a decision is on its way. */
  timer: { outcome: "approve" | "reject"; after: number | "decision" } | null = null;

  readonly compose: Compose = async ({ home, env }) => {
    const config = loadConfig({ home, env });
    const engine = this;
    const load = (id: string) => {
      const job = engine.jobs.get(id);
      if (!job) throw new Error(`no job ${id}`);
      return job;
    };
    const partial = {
      config,
      start: async () => ({ url: null, token: "t" }),
      close: async () => {
        engine.closed++;
      },
      feed: {
        onEvents(listener: (events: readonly JobEvent[]) => void) {
          engine.listeners.add(listener);
          return () => engine.listeners.delete(listener);
        },
        onProgress: () => () => {},
      },
      store: {
        findKey: async (key: string) => {
          const job_id = engine.keys.get(key);
          return job_id === undefined ? undefined : { request_hash: "", job_id };
        },
        load: async (id: string) => engine.jobs.get(id)?.state,
        readJob: async (id: string, after: number) => load(id).events.filter((e) => e.seq > after),
      },
      objects: {
        read: async (sha: string) => Buffer.from(engine.objects.get(sha) ?? ""),
        localPath: async (sha: string) => {
          const path = join(home, sha);
          writeFileSync(path, engine.objects.get(sha) ?? "");
          return path;
        },
      },
      operations: {
        async submit(
          request: { slug: string; mode: string },
          _: unknown,
          options: { idempotency_key: string },
        ) {
          const id = `job-${engine.jobs.size + 1}`;
          engine.keys.set(options.idempotency_key, id);
          const stages = config.planFor("explainer").filter((s) => s.id === "script" || s.id === "assemble");
          const state = {
            ...{ id, slug: request.slug, mode: request.mode, status: "running", version: 0 },
            ...{ plan: stages, position: 0, gates: [], artifacts: [], timers: [], error: null },
          } as unknown as JobState;
          engine.jobs.set(id, { state, events: [] });
          setTimeout(() => engine.script(id), 5);
          return state;
        },
        async approve(id: string, d: { notes?: string; artifact_sha256s?: string[] }) {
          if (engine.timer?.after === "decision") engine.fire(id);
          if (load(id).state.status !== "needs_approval")
            throw new Rejection("gate_already_decided", "timer approved script");
          engine.decisions.push({ decision: "approve", notes: d.notes, seen: d.artifact_sha256s });
          setTimeout(() => engine.assemble(id), 5);
          return engine.change(id, { status: "running" }, "gate_approved", "script");
        },
        async reject(id: string, d: { notes?: string; artifact_sha256s?: string[] }) {
          engine.decisions.push({ decision: "reject", notes: d.notes, seen: d.artifact_sha256s });
          return engine.change(id, { status: "paused" }, "gate_rejected", "script");
        },
        async resume(id: string) {
          engine.resumed++;
          setTimeout(() => engine.script(id), 5);
          return engine.change(id, { status: "running" }, "job_resumed", "script");
        },
      },
    };
    return partial as unknown as App;
  };

  change(id: string, part: Partial<JobState>, type: JobEvent["type"], stage: string | null): JobState {
    const job = this.jobs.get(id);
    if (!job) throw new Error(id);
    const seq = job.events.length + 1;
    job.state = { ...job.state, ...part, version: seq };
    const event: JobEvent = {
      ...{ id: `e${seq}`, job_id: id, seq, ts: "2026-11-21T10:00:00.000Z", type, stage },
      ...{ status: job.state.status, message: `${type} ${stage ?? ""}`, payload: {} },
      origin: { via: "engine", token: null, address: null, link_id: null },
      hash: "0".repeat(64),
    };
    job.events.push(event);
    for (const listener of this.listeners) listener([event]);
    return job.state;
  }

  script(id: string) {
    this.change(id, {}, "stage_started", "script");
    if (this.hang) return;
    const gates = [{ stage: "script", artifact_sha256s: ["a".repeat(64)] }] as unknown as JobState["gates"];
    if (this.jobs.get(id)?.state.mode === "automated") this.assemble(id);
    else {
      const timers = this.timer ? ([{ stage: "script" }] as unknown as JobState["timers"]) : [];
      this.change(id, { status: "needs_approval", gates, timers }, "gate_opened", "script");
      if (typeof this.timer?.after === "number") setTimeout(() => this.fire(id), this.timer.after);
    }
  }

  fire(id: string) {
    const approved = this.timer?.outcome === "approve";
    const gates = [{ stage: "script", approved, by: "timer" }] as unknown as JobState["gates"];
    if (approved) {
      this.change(id, { status: "running", gates, timers: [] }, "gate_auto_approved", "script");
      setTimeout(() => this.assemble(id), 5);
    } else this.change(id, { status: "paused", gates, timers: [] }, "job_paused", "script");
  }

  assemble(id: string) {
    const put = (kind: string, name: string, text: string) => {
      const sha256 = createHash("sha256").update(text).digest("hex");
      this.objects.set(sha256, text);
      return {
        kind,
        name,
        sha256,
        path: `artifacts/assemble/${name}`,
        media_type: "x",
        size_bytes: text.length,
      };
    };
    const report = {
      verdict: this.verdict,
      profile: "web",
      file: { sha256: "0".repeat(64), size_bytes: 1, duration_s: 1 },
      checks: [],
      manifest: [],
    };
    const artifacts = [
      put("video", "video.mp4", "film"),
      put("acceptance_report", "acceptance.json", JSON.stringify(report)),
    ] as unknown as JobState["artifacts"];
    this.change(id, { artifacts, position: 2, status: "completed" }, "job_completed", null);
  }
}

let engine: FakeEngine;
let home: string;
let interrupt: () => void;
beforeEach(() => {
  engine = new FakeEngine();
  home = mkdtempSync(join(tmpdir(), "greenlight-make-"));
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "brief.yaml"), "tone: clear\n");
  writeFileSync(join(home, "Tide & Co.yaml"), "title: Tides\nsources: [{ path: s.txt }]\n");
  writeFileSync(join(home, "s.txt"), "The moon pulls.");
});

/** Edits the operator's configuration of this home. */
function operate(edit: (shipped: string) => string): void {
  const shipped = readFileSync(join(SHIPPED_CONF, "operator.yaml"), "utf8");
  writeFileSync(join(home, "conf", "operator.yaml"), edit(shipped));
}
const everyGateTimed = () =>
  operate((conf) => conf.replaceAll("{ required: true }", "{ required: true, auto_approve_after_s: 60 }"));

async function cli(args: string[], options: { tty?: string[] } = {}) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const text = { out: "", err: "" };
  const stdin = Object.assign(new PassThrough(), { isTTY: options.tty !== undefined });
  const answers = [...(options.tty ?? [])];
  out.on("data", (data) => {
    text.out += data;
  });
  err.on("data", (data) => {
    text.err += data;
    // Answers are typed when asked for, as a person would.
    if (/> $/.test(String(data)) && answers.length > 0) stdin.write(`${answers.shift()}\n`);
  });
  const context: CliContext = {
    ...{ env: readEnvironment({}), cwd: home, stdin, stdout: out, stderr: err, fetch },
    compose: async () => engine.compose,
    onInterrupt(listener) {
      interrupt = listener;
      return () => {};
    },
  };
  const code = await runCli(args, context);
  return { code, ...text };
}

describe("greenlight make", () => {
  test("prints the path of the MP4 and nothing else on stdout", async () => {
    const { code, out, err } = await cli(["make", "Tide & Co.yaml", "--auto"]);
    expect(out).toBe(`${join(home, "runs", "job-1", "artifacts/assemble/video.mp4")}\n`);
    expect(code).toBe(0);
    expect(err).toMatch(/stage_started[\s\S]*job_completed/);
    expect(engine.jobs.get("job-1")?.state.slug).toBe("tides");
    expect(engine.closed).toBe(1);
    expect(existsSync(join(home, ".greenlight", "process.json"))).toBe(false);
  });

  test("--json gives one object a line, the last the result", async () => {
    const { out } = await cli(["make", "Tide & Co.yaml", "--auto", "--json"]);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, -1).map((line) => line.event.seq)).toEqual([1, 2]);
    expect(lines.at(-1)).toMatchObject({ type: "result", status: "completed", verdict: "PASS" });
  });

  test("--out copies what is delivered and names the copy", async () => {
    const { out } = await cli(["make", "Tide & Co.yaml", "--auto", "--out", "done"]);
    expect(out.trim()).toBe(join(home, "done", "video.mp4"));
    expect(readFileSync(join(home, "done", "video.mp4"), "utf8")).toBe("film");
    expect(existsSync(join(home, "done", "acceptance.json"))).toBe(true);
  });

  test("a failed acceptance ends with 3 and still names the film", async () => {
    engine.verdict = "FAIL";
    const { code, out } = await cli(["make", "Tide & Co.yaml", "--auto"]);
    expect(code).toBe(3);
    expect(out).toContain("video.mp4");
  });

  test("refuses gates without a terminal and makes no job", async () => {
    const { code, err } = await cli(["make", "Tide & Co.yaml"]);
    expect(code).toBe(2);
    expect(err).toContain("script, storyboard, assets, audio");
    expect(err).toContain("--auto");
    expect(engine.jobs.size).toBe(0);
  });

  test("a stage switched off is no gate that waits", async () => {
    const pipeline = readFileSync(join(SHIPPED_CONF, "pipelines", "explainer.yaml"), "utf8");
    mkdirSync(join(home, "conf", "pipelines"));
    const off = pipeline.replace("id: script\n", "id: script\n    enabled: false\n");
    expect(off).not.toBe(pipeline);
    writeFileSync(join(home, "conf", "pipelines", "explainer.yaml"), off);
    const { err } = await cli(["make", "Tide & Co.yaml"]);
    expect(err).toContain("(storyboard, assets, audio)");
  });

  test("without a terminal a gate is left to its timer", async () => {
    everyGateTimed();
    engine.timer = { outcome: "approve", after: 50 };
    const { code, out } = await cli(["make", "Tide & Co.yaml"]);
    expect(code).toBe(0);
    expect(out).toContain("video.mp4");
    expect(engine.decisions).toEqual([]);
  });

  test("a job whose gate has no timer is left there without a terminal, whatever is configured now", async () => {
    expect((await cli(["make", "Tide & Co.yaml"], { tty: ["q"] })).code).toBe(130);
    everyGateTimed();
    expect((await cli(["make", "Tide & Co.yaml"])).code).toBe(130);
  });

  test("takes its question back when the timer decides first", async () => {
    engine.timer = { outcome: "approve", after: 50 };
    const { code, err } = await cli(["make", "Tide & Co.yaml"], { tty: [] });
    expect(code).toBe(0);
    expect(err).toContain("script waits no longer");
  });

  test("goes on when the timer overtakes an answer", async () => {
    engine.timer = { outcome: "approve", after: "decision" };
    const { code, err } = await cli(["make", "Tide & Co.yaml"], { tty: ["a"] });
    expect(code).toBe(0);
    expect(err).toContain("Too late");
    expect(engine.decisions).toEqual([]);
  });

  test.each([[undefined], [[]]])(
    "stops where a timer rejected, and makes it again when asked to (%j)",
    async (tty) => {
      everyGateTimed();
      engine.timer = { outcome: "reject", after: 50 };
      const { code, err, out } = await cli(["make", "Tide & Co.yaml"], tty ? { tty } : {});
      expect(code).toBe(1);
      expect(err).toContain("Nobody decided at script in time");
      expect(out).toBe("");
      expect(engine.resumed).toBe(0);
      engine.timer = null;
      expect((await cli(["make", "Tide & Co.yaml"], { tty: ["a"] })).code).toBe(0);
      expect(engine.jobs.size).toBe(1);
    },
  );

  test("asks at a gate, sends a rejection's notes, runs again, approves what was seen", async () => {
    const tty = ["r", "Shorter, please", "a"];
    const { code } = await cli(["make", "Tide & Co.yaml"], { tty });
    expect(code).toBe(0);
    const seen = ["a".repeat(64)];
    expect(engine.decisions).toEqual([
      { decision: "reject", notes: "Shorter, please", seen },
      { decision: "approve", notes: undefined, seen },
    ]);
  });

  test("left at a gate, the same command goes on with the same job; once done, a new one is made", async () => {
    expect((await cli(["make", "Tide & Co.yaml"], { tty: ["q"] })).code).toBe(130);
    expect((await cli(["make", "Tide & Co.yaml"], { tty: ["a"] })).code).toBe(0);
    expect([...engine.jobs.values()].map((job) => job.state.status)).toEqual(["completed"]);
    expect((await cli(["make", "Tide & Co.yaml"], { tty: ["a"] })).code).toBe(0);
    expect(engine.jobs.size).toBe(2);
    expect([...engine.jobs.values()].every((job) => TERMINAL.has(job.state.status))).toBe(true);
  });

  test("a source that changed makes another job", async () => {
    await cli(["make", "Tide & Co.yaml"], { tty: ["q"] });
    writeFileSync(join(home, "s.txt"), "The sun pulls too.");
    await cli(["make", "Tide & Co.yaml"], { tty: ["q"] });
    expect(engine.jobs.size).toBe(2);
  });

  test("an interrupt closes the engine and ends with 130", async () => {
    engine.hang = true;
    const running = cli(["make", "Tide & Co.yaml", "--auto"]);
    await new Promise((done) => setTimeout(done, 150));
    interrupt();
    expect(await running).toMatchObject({ code: 130, out: "" });
    expect(engine.closed).toBe(1);
  });

  test("a bad brief is told by line and column", async () => {
    writeFileSync(join(home, "bad.yaml"), "title: Tides\nvideo: { aspect: 4:3 }\nlenght: 3\n");
    const { code, err } = await cli(["make", "bad.yaml", "--auto"]);
    expect(code).toBe(2);
    expect(err).toContain("error invalid_field");
    expect(err).toContain("bad.yaml:2:18 video.aspect");
    expect(err).toContain("bad.yaml:3:1 lenght");
    expect(engine.jobs.size).toBe(0);
  });

  test.each([
    [["make", "none.yaml", "--auto"], 2, /no file/],
    [["make"], 2, /invalid_field: <brief>: Missing/],
    [["make", "Tide & Co.yaml", "--seed", "-1"], 2, /whole number/],
    [["make", "Tide & Co.yaml", "--auto", "--pipeline", "film"], 2, /pipeline_not_found/],
    [["mkae"], 2, /make/],
  ])("%j ends with %i", async (args, code, message) => {
    const result = await cli(args as string[]);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  test("a broken configuration is told by file, line and column", async () => {
    writeFileSync(join(home, "conf", "modules.yaml"), "writer: builtin\nspeech: parrot\nmodels: {}\n");
    const { code, out } = await cli(["make", "Tide & Co.yaml", "--auto", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toMatchObject({
      code: "invalid_config",
      fields: [{ field: `${join(home, "conf", "modules.yaml")}:2:9 speech`, remedy: "Give builtin." }],
    });
  });
});
