import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgressFrame } from "@greenlight/contract/event";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { openDiskObjects } from "../../adapters/artifacts/disk.ts";
import { openDiskCache } from "../../adapters/artifacts/disk-cache.ts";
import { uuid7Ids } from "../../adapters/ids/uuid7.ts";
import { openMemoryStore } from "../../adapters/store/memory.ts";
import type { JobState, PlannedStage } from "../../domain/state.ts";
import { fixtureCfg } from "../../domain/testing/fixtures.ts";
import { planned } from "../../domain/testing/scenario.ts";
import { createCommandBus } from "../command-bus.ts";
import { createDispatcher } from "../dispatch.ts";
import type { ExecuteDeps } from "../execute-stage.ts";
import { createInProcessExecutor } from "../in-process-executor.ts";
import { createLiveFeed } from "../live-feed.ts";
import type { SteadyClock } from "../ports/clock.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { NarrationMeter } from "../ports/narration-meter.ts";
import type { StageAdapter, StageContext } from "../ports/stage-adapter.ts";
import type { StageExecutor } from "../ports/stage-executor.ts";
import type { StillDrawer } from "../ports/still-drawer.ts";
import { createStageRunner } from "../run-stage.ts";

/** A stage adapter for tests: reads scripts, depends on the brief, does what `run` says. */
export function adapterOf(
  name: string,
  run: (ctx: StageContext) => Promise<void>,
  more: Partial<StageAdapter> = {},
): StageAdapter {
  return {
    name,
    version: 1,
    params: { parse: (value) => value as Record<string, unknown> },
    reads: ["script"],
    reads_cfg: (cfg) => cfg.brief,
    run,
    ...more,
  };
}

export type LogEntry = { readonly level: string; readonly tag: string; readonly message: string };

/** Keeps every line, so that a test can say which were written. */
export function rememberingLogger(lines: LogEntry[]): Logger {
  const at =
    (level: string): Logger["info"] =>
    (tag, message) =>
      lines.push({ level, tag, message });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A folder of its own with objects and cache on disk. */
export async function openWorkshop(adapters: readonly StageAdapter[]) {
  const root = mkdtempSync(join(tmpdir(), "greenlight-engine-"));
  const objects = await openDiskObjects({ root: join(root, "objects") });
  const deps: ExecuteDeps = {
    adapters: new Map(adapters.map((a) => [a.name, a])),
    objects,
    cache: openDiskCache({ root: join(root, "cache"), objects }),
    providers: () => ({}) as ReturnType<ExecuteDeps["providers"]>,
    scratch: root,
  };
  return { root, deps, objects, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export type EngineOptions = {
  readonly lanes?: number;
  readonly adapters?: readonly StageAdapter[];
  readonly store?: EventStore;
  readonly executor?: StageExecutor;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** The steady clock; default: the system has none. */
  readonly steady?: SteadyClock["steady"];
};

/** The engine as compose.ts wires it, in process: memory store, real dispatcher, runner and cache. */
export async function openEngine(options: EngineOptions = {}) {
  const { lanes = 1, adapters = [], store = openMemoryStore(), now = () => Date.now() } = options;
  const workshop = await openWorkshop(adapters);
  const { objects } = workshop;
  const lines: LogEntry[] = [];
  const log = rememberingLogger(lines);
  const clock = { now, steady: options.steady ?? (() => null) };
  const ids = uuid7Ids;
  const bus = createCommandBus({ store, clock, ids, log });
  const feed = createLiveFeed(bus);
  const executor = options.executor ?? createInProcessExecutor(workshop.deps);
  const frames: ProgressFrame[] = [];
  feed.onProgress((frame) => frames.push(frame));
  const stills: StillDrawer = {
    async draw(scene, pathOf) {
      for (const layer of sceneSpec.parse(scene).layers) if (layer.type === "image") await pathOf(layer.id);
      return new TextEncoder().encode(`still of ${JSON.stringify(scene)}`);
    },
  };
  const narration: NarrationMeter = {
    seconds: async (texts) => texts.map((text) => text.split(/\s+/).length / 2),
  };
  const runner = createStageRunner({
    executor,
    objects,
    scene: sceneSpec,
    stills,
    narration,
    store,
    ids,
    log,
    clock,
    onProgress: feed.progress,
    appendLog: (_job, stage, { level, message }) => lines.push({ level, tag: stage, message }),
  });
  const dispatcher = createDispatcher({ bus, runner, clock, log, lanes });
  return {
    /** The folder that is its alone. */
    root: workshop.root,
    store,
    bus,
    feed,
    frames,
    dispatcher,
    objects,
    scene: sceneSpec,
    stills,
    narration,
    lines,
    ids,
    log,
    /** Takes every file for what it claims to be. */
    media: { voice: async () => {}, picture: async () => {}, clip: async () => {}, sound: async () => {} },
    /** A queued job; every stage is `uses: stub` unless the plan says otherwise. */
    async submit(plan: readonly PlannedStage[] = [planned("a")], priority = 0): Promise<string> {
      const id = ids.next();
      await bus.handle(id, {
        type: "create_job",
        id,
        slug: "test",
        intent: "a test",
        pipeline: "test",
        mode: "interactive",
        priority,
        submitted_by: "tester",
        cfg: fixtureCfg(),
        plan,
      });
      return id;
    },
    async events(jobId: string): Promise<string[]> {
      return (await store.readJob(jobId, 0, 1000)).map((e) => (e.stage ? `${e.type} ${e.stage}` : e.type));
    },
    /** The job as soon as it is as `wanted` says. */
    async until(jobId: string, wanted: (state: JobState) => boolean): Promise<JobState> {
      const end = Date.now() + 10_000;
      for (;;) {
        const state = await bus.load(jobId);
        if (wanted(state)) return state;
        if (Date.now() > end) throw new Error(`the job stays ${state.status} at ${state.position}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close(): Promise<void> {
      await dispatcher.stop();
      workshop.remove();
    },
  };
}

export const hasStatus =
  (...wanted: JobState["status"][]) =>
  (state: JobState): boolean =>
    wanted.includes(state.status);
