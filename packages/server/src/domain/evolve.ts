import type { Gate } from "@greenlight/contract/gate";
import type { DomainEvent, EventOf } from "./events.ts";
import type { JobState, StageState } from "./state.ts";

/**
 * Folds one event into the state. Total over every event that `decide` can emit and never refuses: what is in the
 * log has happened. The first event of a job is `job_created`.
 */
export function evolve(state: JobState | null, event: DomainEvent): JobState {
  if (event.type === "job_created") return created(event);
  if (state === null) throw new Error(`a job's log begins with job_created, not ${event.type}`);
  return { ...applied(state, event), version: state.version + 1, updated_at: event.ts };
}

function created(event: EventOf<"job_created">): JobState {
  const { plan } = event.payload;
  return {
    ...event.payload,
    status: "queued",
    position: 0,
    stages: plan.map((stage) => ({
      id: stage.id,
      status: "pending",
      attempt: 0,
      failures: 0,
      started_at: null,
      ended_at: null,
      error: null,
      retry_at: null,
      feedback: [],
      patches: [],
      approved_by: [],
    })),
    running: null,
    pause_requested: null,
    gates: plan.flatMap((stage) =>
      stage.gate
        ? [{ ...UNDECIDED, stage: stage.id, required: stage.gate.required, artifact_sha256s: [] }]
        : [],
    ),
    artifacts: [],
    timers: [],
    error: null,
    created_at: event.ts,
    updated_at: event.ts,
    version: 1,
  };
}

const UNDECIDED = {
  approved: null,
  by: null,
  at: null,
  notes: null,
  patch: null,
  auto_approved: false,
  opened_at: null,
} satisfies Partial<Gate>;

function applied(state: JobState, event: Exclude<DomainEvent, { type: "job_created" }>): JobState {
  switch (event.type) {
    case "job_started":
      return { ...state, status: "running" };
    case "job_pause_requested":
      return { ...state, pause_requested: event.payload.now ? "now" : "at_end" };
    case "job_paused":
      return { ...state, status: "paused", pause_requested: null };
    case "job_resumed":
      return resumed(state, event);
    case "job_completed":
      return { ...state, status: "completed", timers: [], pause_requested: null };
    case "job_failed":
      return {
        ...state,
        status: "failed",
        timers: [],
        pause_requested: null,
        error: { ...event.payload, stage: event.stage },
      };
    case "job_canceled": {
      const ended = state.running
        ? withStage(state, state.running.stage, { status: "pending", ended_at: event.ts })
        : state;
      return { ...ended, status: "canceled", running: null, timers: [], pause_requested: null };
    }
    case "job_retried":
      return { ...rewound(state, event.payload.from_stage), status: "queued", error: null };
    case "stage_started":
      return {
        ...withStage(state, event.stage, {
          status: "running",
          attempt: event.payload.attempt,
          started_at: event.ts,
          ended_at: null,
          error: null,
          retry_at: null,
        }),
        running: { stage: event.stage, attempt: event.payload.attempt, token: state.version + 1 },
      };
    case "stage_completed":
      return completedStage(state, event);
    case "stage_failed":
      return {
        ...withStage(state, event.stage, {
          status: "failed",
          ended_at: event.ts,
          error: { code: event.payload.code, message: event.payload.message },
          failures: stageOf(state, event.stage).failures + 1,
        }),
        running: null,
      };
    case "stage_retrying":
      return withStage(state, event.stage, { status: "pending", retry_at: event.payload.retry_at });
    case "stage_interrupted":
      return { ...withStage(state, event.stage, { status: "pending", ended_at: event.ts }), running: null };
    case "stage_skipped":
      return { ...withStage(state, event.stage, { status: "skipped" }), position: state.position + 1 };
    case "gate_opened":
      return openedGate(state, event);
    case "gate_approved":
    case "gate_auto_approved":
      return approvedGate(state, event);
    case "gate_rejected":
      return rejectedGate(state, event);
    case "gate_voided":
      return { ...withGate(state, event.stage, UNDECIDED), timers: withoutTimer(state, event.stage) };
    case "patch_applied":
      return patched(state, event);
    case "artifact_created":
      return withArtifact(state, event);
    default:
      return event satisfies never;
  }
}

function stageOf(state: JobState, id: string): StageState {
  const stage = state.stages.find((s) => s.id === id);
  if (!stage) throw new Error(`the log names stage ${id}, which the job's plan lacks`);
  return stage;
}

function withStage(state: JobState, id: string, change: Partial<StageState>): JobState {
  return { ...state, stages: state.stages.map((s) => (s.id === id ? { ...s, ...change } : s)) };
}

function withGate(state: JobState, stage: string, change: Partial<Gate>): JobState {
  return { ...state, gates: state.gates.map((g) => (g.stage === stage ? { ...g, ...change } : g)) };
}

function withoutTimer(state: JobState, stage: string): JobState["timers"] {
  return state.timers.filter((t) => t.stage !== stage);
}

/** From `stage` on nothing built so far counts as done: it is stale and its gates are open questions again. */
function rewound(state: JobState, stage: string): JobState {
  const from = state.plan.findIndex((s) => s.id === stage);
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
            approved_by: [],
          }
        : s,
    ),
    gates: state.gates.map((g) => (behind.has(g.stage) ? { ...g, ...UNDECIDED } : g)),
    timers: state.timers.filter((t) => !behind.has(t.stage)),
  };
}

function resumed(state: JobState, event: EventOf<"job_resumed">): JobState {
  const running: JobState = { ...state, status: "running" };
  const { stage } = event;
  const { notes, rerun } = event.payload;
  if (stage === null) return running;
  const next = rerun ? rewound(running, stage) : running;
  // Without a rerun the stage at hand has not ended yet, so it heeds them just the same.
  return notes ? withStage(next, stage, { feedback: [...stageOf(next, stage).feedback, notes] }) : next;
}

function completedStage(state: JobState, event: EventOf<"stage_completed">): JobState {
  const dropped = event.payload.artifacts_dropped;
  const done = {
    ...withStage(state, event.stage, { status: "completed", ended_at: event.ts, failures: 0 }),
    ...(dropped.length > 0 && { artifacts: state.artifacts.filter((a) => !dropped.includes(a.id)) }),
    running: null,
  };
  const gate = state.gates.find((g) => g.stage === event.stage);
  // Approved before: the stage only ran again to show a patch that the approval included.
  return gate === undefined || gate.approved === true ? { ...done, position: state.position + 1 } : done;
}

function openedGate(state: JobState, event: EventOf<"gate_opened">): JobState {
  const { waits, artifact_sha256s, timeout_at } = event.payload;
  const open = withGate(state, event.stage, { ...UNDECIDED, opened_at: event.ts, artifact_sha256s });
  return {
    ...withStage(open, event.stage, { approved_by: [] }),
    status: waits ? "needs_approval" : state.status,
    timers: timeout_at
      ? [
          ...withoutTimer(state, event.stage),
          { id: `gate:${event.stage}`, stage: event.stage, fire_at: timeout_at },
        ]
      : withoutTimer(state, event.stage),
  };
}

function approvedGate(
  state: JobState,
  event: EventOf<"gate_approved"> | EventOf<"gate_auto_approved">,
): JobState {
  if (event.type === "gate_approved" && !event.payload.final) {
    const { approved_by } = stageOf(state, event.stage);
    return withStage(state, event.stage, { approved_by: [...approved_by, event.payload.by] });
  }
  const decided = withGate(state, event.stage, {
    approved: true,
    by: event.payload.by,
    at: event.ts,
    notes: event.type === "gate_approved" ? event.payload.notes : null,
    patch: event.type === "gate_approved" ? event.payload.patch : null,
    auto_approved: event.type === "gate_auto_approved",
    artifact_sha256s: event.payload.artifact_sha256s,
  });
  const rebuilds = stageOf(state, event.stage).status === "stale";
  return {
    ...decided,
    status: "running",
    timers: withoutTimer(state, event.stage),
    position: rebuilds ? state.position : state.position + 1,
  };
}

function rejectedGate(state: JobState, event: EventOf<"gate_rejected">): JobState {
  const { by, notes, patch } = event.payload;
  const decided = {
    ...withGate(state, event.stage, {
      approved: false,
      by,
      at: event.ts,
      notes,
      patch,
      auto_approved: false,
    }),
    timers: withoutTimer(state, event.stage),
  };
  if (!notes || patch) return decided;
  return withStage(decided, event.stage, { feedback: [...stageOf(state, event.stage).feedback, notes] });
}

function patched(state: JobState, event: EventOf<"patch_applied">): JobState {
  const { patch, effect, stale_from } = event.payload;
  const kept = withStage(state, event.stage, {
    patches: [...stageOf(state, event.stage).patches, patch],
    approved_by: [],
    ...(effect === "rebuild" && { status: "stale" as const }),
  });
  if (stale_from === null) return kept;
  const { status } = state;
  return { ...rewound(kept, stale_from), status: status === "needs_approval" ? "running" : status };
}

function withArtifact(state: JobState, event: EventOf<"artifact_created">): JobState {
  const { artifact } = event.payload;
  const before = state.artifacts.find((a) => a.id === artifact.id);
  const artifacts = before
    ? state.artifacts.map((a) => (a.id === artifact.id ? artifact : a))
    : [...state.artifacts, artifact];
  return {
    ...state,
    artifacts,
    // An open gate always names what stands at it now.
    gates: state.gates.map((g) =>
      g.stage === event.stage && g.opened_at !== null && g.approved === null
        ? { ...g, artifact_sha256s: artifacts.filter((a) => a.stage === g.stage).map((a) => a.sha256) }
        : g,
    ),
  };
}
