/**
 * One gate, several people, a timer, a worker, a clock that is set and crashes, over a real database. Every step of a
 * command that touches the store is released in an order that fast-check chooses. A crash ends a life of the process:
 * whatever it had under way is never heard of again, the database is closed and opened anew, and the next life finds what
 * was committed, and nothing else.
 */
import { createHash } from "node:crypto";
import type { Patch } from "@greenlight/contract/patch";
import type fc from "fast-check";
import { uuid7Ids } from "../../adapters/ids/uuid7.ts";
import { openSqliteStore } from "../../adapters/store/sqlite.ts";
import { Rejection } from "../../domain/commands.ts";
import type { JobState, PlannedStage } from "../../domain/state.ts";
import { completion, creation, decision, JOB_ID, output } from "../../domain/testing/scenario.ts";
import { type CommandBus, createCommandBus } from "../command-bus.ts";
import type { SteadyClock } from "../ports/clock.ts";
import type { EventStore } from "../ports/event-store.ts";
import { rememberingLogger } from "./engine.ts";

export type Act = {
  readonly kind:
    | "approve"
    | "approve with patch"
    | "reject"
    | "patch"
    | "cancel"
    | "resume"
    | "work"
    | "timer"
    | "recount"
    | "crash";
  readonly by: string;
  /** How often others may go first, at least, before a crash comes; default 0. */
  readonly hops?: number;
};

/** `unheard`: the process died before it could say. */
export type Told = {
  readonly act: Act;
  /** Which act it was; its notes and its patch say so too. */
  readonly nth: number;
  answer: "yes" | "unheard" | Rejection;
};

/** One life of the process: `wait` lets others go first; after `die`, nothing of it is heard any more. */
type Life = {
  readonly bus: CommandBus;
  readonly doing: Promise<void>[];
  die(): void;
  wait(): Promise<void>;
};

export class GateRace {
  readonly told: Told[] = [];
  store: EventStore;
  readonly #path: string;
  readonly #clock: SteadyClock;
  /** What is in an artifact, by its SHA-256. */
  readonly #contents = new Map<string, string>();
  #runs = 0;

  constructor(path: string, clock: SteadyClock) {
    this.#path = path;
    this.#clock = clock;
    this.store = this.#open();
  }

  /** Brings the job to the gate of its first stage. */
  async begin(plan: readonly PlannedStage[]): Promise<void> {
    const bus = this.#busOver(this.store);
    await bus.handle(JOB_ID, creation(plan));
    await bus.handle(JOB_ID, { type: "start_job" });
    await this.#complete(bus);
  }

  /** All acts; those behind a crash belong to the next life of the process. */
  async run(acts: readonly Act[], scheduler: fc.Scheduler): Promise<void> {
    let nth = 0;
    let life = this.#live(scheduler);
    for (const act of acts) {
      nth++;
      if (act.kind !== "crash") {
        const told: Told = { act, nth, answer: "unheard" };
        this.told.push(told);
        life.doing.push(this.#tell(life, told));
        continue;
      }
      for (let hop = 0; hop <= (act.hops ?? 0); hop++) await scheduler.schedule(Promise.resolve(), "crash");
      life.die();
      await this.store.close();
      this.store = this.#open();
      life = this.#live(scheduler);
      // As the dispatcher does at a start.
      const { running } = await life.bus.load(JOB_ID);
      if (running)
        await life.bus.handle(JOB_ID, { type: "interrupt_stage", token: running.token, reason: "crash" });
    }
    await Promise.all(life.doing);
  }

  /** Lets the job come to its end, everybody agreeing. */
  async finish(): Promise<JobState> {
    const bus = this.#busOver(this.store);
    for (let steps = 0; steps < 50; steps++) {
      const { status, running, plan, position, gates } = await bus.load(JOB_ID);
      if (status === "completed" || status === "canceled") break;
      const stage = plan[position]?.id ?? "";
      const approved = gates.find((g) => g.stage === stage)?.approvals.some((a) => a.by === "ada");
      if (status === "paused")
        await bus.handle(JOB_ID, { type: "resume_job", by: "ada", stage: null, notes: null, patch: null });
      else if (status === "needs_approval")
        await bus.handle(
          JOB_ID,
          decision("approve_gate", stage, { by: approved ? "bob" : "ada", keep_lane: false }),
        );
      else if (running) await this.#complete(bus);
      else await bus.handle(JOB_ID, { type: "start_stage" });
    }
    return bus.load(JOB_ID);
  }

  /** What is in the artifact of the first stage. */
  contentOf(state: JobState): string {
    const sha256 = state.artifacts.find((a) => a.stage === state.plan[0]?.id)?.sha256;
    return this.#contents.get(sha256 ?? "") ?? "nothing";
  }

  #open(): EventStore {
    return openSqliteStore({ path: this.#path, synchronous: "OFF" });
  }

  #busOver(store: EventStore): CommandBus {
    return createCommandBus({ store, clock: this.#clock, ids: uuid7Ids, log: rememberingLogger([]) });
  }

  #live(scheduler: fc.Scheduler): Life {
    const { store } = this;
    let dead = false;
    const held =
      <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        await scheduler.schedule(Promise.resolve(), name);
        const result = dead ? undefined : await call(...args);
        return dead ? new Promise<never>(() => {}) : (result as Result);
      };
    const seen: Pick<EventStore, "load" | "readJob" | "append"> = {
      load: held("load", store.load.bind(store)),
      readJob: held("readJob", store.readJob.bind(store)),
      append: held("append", store.append.bind(store)),
    };
    const die = () => {
      dead = true;
    };
    const wait = held("wait", () => Promise.resolve());
    return { bus: this.#busOver({ ...store, ...seen }), doing: [], die, wait };
  }

  async #tell(life: Life, told: Told): Promise<void> {
    try {
      await this.#act(life, told);
      told.answer = "yes";
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      told.answer = error;
    }
  }

  async #act({ bus, wait }: Life, { act, nth }: Told): Promise<unknown> {
    const { kind, by } = act;
    const said = { by, notes: `act ${nth}`, keep_lane: false };
    const patched = (state: JobState) => this.#patch(state, nth);
    switch (kind) {
      case "approve":
        return bus.handle(JOB_ID, decision("approve_gate", "a", said));
      case "approve with patch":
        return bus.handle(JOB_ID, (state) =>
          decision("approve_gate", "a", { ...said, patch: patched(state) }),
        );
      case "reject":
        return bus.handle(JOB_ID, decision("reject_gate", "a", said));
      case "patch":
        return bus.handle(JOB_ID, (state) => ({
          type: "apply_patch",
          stage: "a",
          by,
          patch: patched(state),
        }));
      case "cancel":
        return bus.handle(JOB_ID, { type: "cancel_job", by, notes: said.notes });
      case "resume":
        return bus.handle(JOB_ID, { type: "resume_job", by, stage: null, notes: null, patch: null });
      case "work":
        // As the dispatcher would, once there is something to do.
        for (let looks = 0; looks < 4 && (await bus.load(JOB_ID)).status !== "running"; looks++) await wait();
        await bus.handle(JOB_ID, { type: "start_stage" });
        return this.#complete(bus);
      case "timer":
        return bus.handle(JOB_ID, { type: "fire_timer", timer_id: "gate:a" });
      default:
        return bus.handle(JOB_ID, { type: "recount_timers" });
    }
  }

  /** What the running stage makes: something new each time, with the patches that are laid over it. */
  async #complete(bus: CommandBus): Promise<void> {
    const { running, stages } = await bus.load(JOB_ID);
    const patches = stages.find((s) => s.id === running?.stage)?.patches ?? [];
    const content = [`run ${++this.#runs}`, ...patches.map(textOf)].join("; ");
    const made = { ...output(`${running?.stage}.md`), sha256: this.#keep(content) };
    await bus.handle(JOB_ID, completion(running?.token ?? 0, [made], false));
  }

  #patch(state: JobState, nth: number) {
    const target = state.artifacts.find((a) => a.stage === "a");
    const patch: Patch = { type: "replace", content: `patch ${nth}.` };
    const sha256 = this.#keep([this.contentOf(state), textOf(patch)].join("; "));
    const base = { artifact_id: target?.id ?? "", base_sha256: target?.sha256 ?? "" };
    return { patch, effect: { kind: "content", ...base, sha256, size_bytes: 1 } } as const;
  }

  #keep(content: string): string {
    const sha256 = createHash("sha256").update(content).digest("hex");
    this.#contents.set(sha256, content);
    return sha256;
  }
}

function textOf(patch: Patch): string {
  return patch.type === "replace" ? String(patch.content) : patch.type;
}
