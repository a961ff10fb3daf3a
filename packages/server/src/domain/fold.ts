import type { Gate } from "@greenlight/contract/gate";
import type { JobState, StageState } from "./state.ts";

/** Steps that several folds of events share. */
export function stageOf(state: JobState, id: string): StageState {
  const stage = state.stages.find((s) => s.id === id);
  if (!stage) throw new Error(`the log names stage ${id}, which the job's plan lacks`);
  return stage;
}

export function indexOf(state: JobState, stage: string): number {
  return state.plan.findIndex((s) => s.id === stage);
}

export function withStage(state: JobState, id: string, change: Partial<StageState>): JobState {
  return { ...state, stages: state.stages.map((s) => (s.id === id ? { ...s, ...change } : s)) };
}

export function withGate(state: JobState, stage: string, change: Partial<Gate>): JobState {
  return { ...state, gates: state.gates.map((g) => (g.stage === stage ? { ...g, ...change } : g)) };
}

export function withoutTimers(state: JobState, stage: string): JobState["timers"] {
  return state.timers.filter((t) => t.stage !== stage);
}

export const UNDECIDED = {
  approved: null,
  by: null,
  at: null,
  notes: null,
  patch: null,
  auto_approved: false,
  opened_at: null,
  approvals: [],
} satisfies Partial<Gate>;

/**
 * From `stage` on nothing built so far counts as done: it is stale. Gates there that nobody had approved are closed; an
 * approval stays until what the stage makes next shows whether it still holds.
 */
export function rewound(state: JobState, stage: string): JobState {
  const from = indexOf(state, stage);
  const behind = new Set(state.plan.slice(from).map((s) => s.id));
  return {
    ...state,
    position: from,
    running: null,
    pause_requested: null,
    stages: state.stages.map((s) =>
      behind.has(s.id)
        ? {
            ...s,
            status: s.attempt > 0 ? "stale" : "pending",
            failures: 0,
            error: null,
            retry_at: null,
            approved_ahead: false,
          }
        : s,
    ),
    gates: state.gates.map((g) =>
      behind.has(g.stage) && g.approved !== true ? { ...g, ...UNDECIDED, artifact_sha256s: [] } : g,
    ),
    timers: state.timers.filter((t) => !behind.has(t.stage)),
  };
}
