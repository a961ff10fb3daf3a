import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobCfg } from "@greenlight/contract/job";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import { createSystemClock } from "../../packages/server/src/adapters/clock/system-clock.ts";
import { uuid7Ids } from "../../packages/server/src/adapters/ids/uuid7.ts";
import { openSqliteStore } from "../../packages/server/src/adapters/store/sqlite.ts";
import { type CommandBus, createCommandBus } from "../../packages/server/src/app/command-bus.ts";
import { createDispatcher, type Dispatcher } from "../../packages/server/src/app/dispatch.ts";
import type { EventStore } from "../../packages/server/src/app/ports/event-store.ts";
import type { Logger } from "../../packages/server/src/app/ports/logger.ts";
import type { NarrationMeter } from "../../packages/server/src/app/ports/narration-meter.ts";
import type { ObjectStore } from "../../packages/server/src/app/ports/object-store.ts";
import type { StageExecutor } from "../../packages/server/src/app/ports/stage-executor.ts";
import type { StillDrawer } from "../../packages/server/src/app/ports/still-drawer.ts";
import { createStageRunner } from "../../packages/server/src/app/run-stage.ts";
import type { PlannedStage } from "../../packages/server/src/domain/state.ts";
import type { Side, Wave } from "./wave.ts";

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error: console.error };

/** The engine as it ships, on SQLite with `synchronous = NORMAL`, but with stages that do nothing in process. */
export type Engine = {
  readonly store: EventStore;
  readonly bus: CommandBus;
  readonly dispatcher: Dispatcher;
  submit(plan: readonly PlannedStage[]): Promise<string>;
  close(): Promise<void>;
};

const EMPTY: StageExecutor = {
  run: async () => ({ ok: true, outputs: [], from_cache: false, items_built: 0, items_reused: 0 }),
  close: async () => {},
};

export function openEngine(lanes: number): Engine {
  const folder = mkdtempSync(join(tmpdir(), "greenlight-bench-"));
  const store = openSqliteStore({ path: join(folder, "bench.sqlite"), synchronous: "NORMAL" });
  const clock = createSystemClock();
  const ids = uuid7Ids;
  const bus = createCommandBus({ store, clock, ids, log: SILENT });
  const runner = createStageRunner({
    executor: EMPTY,
    objects: {} as ObjectStore,
    scene: sceneSpec,
    stills: {} as StillDrawer,
    narration: {} as NarrationMeter,
    store,
    ids,
    clock,
    log: SILENT,
    onProgress() {},
    appendLog() {},
  });
  const dispatcher = createDispatcher({ bus, runner, clock, log: SILENT, lanes });
  return {
    store,
    bus,
    dispatcher,
    async submit(plan) {
      const id = ids.next();
      await bus.handle(id, {
        type: "create_job",
        id,
        slug: "bench",
        intent: "measure the engine",
        pipeline: "bench",
        mode: "interactive",
        priority: 0,
        submitted_by: "bench",
        cfg: {} as JobCfg,
        plan,
      });
      return id;
    },
    async close() {
      await dispatcher.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function emptyStage(index: number, gate: PlannedStage["gate"] = null): PlannedStage {
  return {
    id: `stage_${index}`,
    uses: "empty",
    with: {},
    enabled: true,
    timeout_s: 60,
    retries: 0,
    backoff_s: 0,
    gate,
  };
}

export function greenlightSide(): Side {
  return {
    name: "Greenlight on SQLite (NORMAL)",
    async run({ jobs, stages, in_flight }: Wave) {
      const engine = openEngine(in_flight);
      const plan = Array.from({ length: stages }, (_, i) => emptyStage(i));
      await Promise.all(Array.from({ length: jobs }, () => engine.submit(plan)));
      let left = jobs;
      const done = new Promise<void>((resolve) => {
        engine.bus.onCommit((state) => {
          if (state.status === "completed" && --left === 0) resolve();
        });
      });
      const queued = await engine.store.unfinished();
      const began = performance.now();
      await engine.dispatcher.start(queued);
      await done;
      const seconds = (performance.now() - began) / 1000;
      await engine.close();
      return seconds;
    },
    close: async () => {},
  };
}
