import type { GateConfig } from "@greenlight/contract/gate";
import { gateConfig } from "@greenlight/contract/gate";
import type { JobCfg, JobMode } from "@greenlight/contract/job";
import { type Command, Rejection } from "../commands.ts";
import { decide } from "../decide.ts";
import type { DomainEvent, PatchConflict } from "../events.ts";
import { evolve } from "../evolve.ts";
import type { JobState, PlannedStage } from "../state.ts";

export const T0 = Date.parse("2026-01-01T00:00:00.000Z");
export const JOB_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

/** A stage with a gate as given (`null` = none) and two retries after 2 s. */
export function planned(
  id: string,
  gate: Partial<GateConfig> | null = null,
  more: Partial<PlannedStage> = {},
): PlannedStage {
  return {
    id,
    uses: id,
    with: {},
    enabled: true,
    timeout_s: 60,
    retries: 2,
    backoff_s: 2,
    gate: gate && gateConfig.parse(gate),
    ...more,
  };
}

export const REQUIRED = { required: true };

export function creation(plan: readonly PlannedStage[], mode: JobMode = "interactive"): Command {
  return {
    type: "create_job",
    id: JOB_ID,
    slug: "test",
    intent: "a test",
    pipeline: "test",
    mode,
    priority: 0,
    submitted_by: "tester",
    cfg: {} as JobCfg,
    plan,
  };
}

/** Given a plan, when commands at times, then events: a job driven by hand. */
export class Scenario {
  state: JobState | null = null;
  readonly log: DomainEvent[] = [];
  now = T0;

  /** Decides and folds; returns the types of the new events. */
  when(command: Command): string[] {
    const events = decide(this.state, command, this.now);
    for (const event of events) this.state = evolve(this.state, event);
    this.log.push(...events);
    return events.map((e) => e.type);
  }

  /** The code of the refusal; the state must not have changed. */
  refused(command: Command): string {
    const before = this.state;
    try {
      decide(this.state, command, this.now);
    } catch (error) {
      if (error instanceof Rejection && this.state === before) return error.code;
      throw error;
    }
    return "not refused";
  }

  get job(): JobState {
    if (!this.state) throw new Error("no job yet");
    return this.state;
  }

  get token(): number {
    return this.job.running?.token ?? -1;
  }

  wait(seconds: number): void {
    this.now += seconds * 1000;
  }

  completes(...names: string[]): string[] {
    return this.when(
      completion(
        this.token,
        names.map((name) => output(name)),
      ),
    );
  }
}

export function output(name: string, content = name) {
  return {
    id: `01890a5d-ac96-774b-bcce-${Buffer.from(name).toString("hex").padEnd(12, "0").slice(0, 12)}`,
    kind: "script" as const,
    name,
    sha256: Buffer.from(content).toString("hex").padEnd(64, "0").slice(0, 64),
    size_bytes: content.length,
    media_type: "text/markdown",
    meta: { made_by: "test" },
  };
}

export function completion(
  token: number,
  artifacts: ReturnType<typeof output>[],
  keepLane = true,
  patches_not_applied: readonly PatchConflict[] = [],
): Command {
  return {
    type: "complete_stage",
    token,
    artifacts,
    from_cache: false,
    items_built: 0,
    items_reused: 0,
    feedback_unmet: [],
    patches_not_applied,
    keep_lane: keepLane,
  };
}

export function decision(
  type: "approve_gate" | "reject_gate",
  stage: string,
  more: Partial<Extract<Command, { type: "approve_gate" | "reject_gate" }>> = {},
): Command {
  return { type, stage, by: "ada", notes: null, patch: null, keep_lane: true, ...more };
}

/** A job that has started: one lane, plan as given. */
export function started(plan: readonly PlannedStage[], mode: JobMode = "interactive"): Scenario {
  const scenario = new Scenario();
  scenario.when(creation(plan, mode));
  scenario.when({ type: "start_job" });
  return scenario;
}
