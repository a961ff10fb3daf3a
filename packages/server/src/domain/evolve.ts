import type { DomainEvent, EventOf } from "./events.ts";
import {
  approvedGate,
  openedGate,
  rejectedGate,
  remindedGate,
  rescheduledGate,
  voidedGate,
  withFeedback,
} from "./evolve-gate.ts";
import { rewound, stageOf, UNDECIDED, withGate, withStage } from "./fold.ts";
import { approvalStands, standing } from "./gates.ts";
import type { JobState } from "./state.ts";

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
      feedback_unmet: [],
      patches: [],
      notes_before: [],
      approved_ahead: false,
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

function applied(state: JobState, event: Exclude<DomainEvent, { type: "job_created" }>): JobState {
  switch (event.type) {
    case "job_started":
      return { ...state, status: "running" };
    case "job_pause_requested":
      return {
        ...state,
        pause_requested: { ...event.payload, at: event.ts, origin: event.origin ?? null },
      };
    case "job_paused":
      return pausedJob(state);
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
      return { ...runAgain(state, event.payload.from_stage, event.payload), status: "queued", error: null };
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
      return voidedGate(state, event);
    case "gate_reminded":
      return remindedGate(state, event);
    case "gate_rescheduled":
      return rescheduledGate(state, event);
    case "patch_applied":
      return patched(state, event);
    case "artifact_created":
      return withArtifact(state, event);
    default:
      return event satisfies never;
  }
}

/** Whatever waited for a decision is closed, so that no timer decides for a job that somebody holds. */
function pausedJob(state: JobState): JobState {
  return {
    ...state,
    status: "paused",
    pause_requested: null,
    timers: [],
    gates: state.gates.map((g) => (g.approved === null ? { ...g, opened_at: null } : g)),
  };
}

function resumed(state: JobState, event: EventOf<"job_resumed">): JobState {
  const running: JobState = { ...state, status: "running" };
  const { stage, payload } = event;
  if (payload.rerun_from !== null) return runAgain(running, payload.rerun_from, payload);
  // A patch that came with the notes does what they ask for.
  if (stage === null || stageOf(state, stage).status === "completed") return running;
  // The stage at hand has not ended yet, so it heeds the notes just the same.
  if (!payload.notes && payload.keep_notes !== false) return running;
  // What was approved ahead was to be made with the notes as they were.
  return withStage(withNotes(running, stage, payload), stage, { approved_ahead: false });
}

/** Goes back to `stage`, with notes for it, and without the patches laid over it unless they are kept. */
function runAgain(state: JobState, stage: string, asked: RunAgain): JobState {
  const back = withNotes(rewound(state, stage), stage, asked);
  return asked.keep_patches
    ? back
    : withStage(back, stage, { patches: [], notes_before: [], patch_beats: [] });
}

type RunAgain = Pick<EventOf<"job_retried">["payload"], "notes" | "keep_patches" | "keep_notes">;

/** The notes of what was asked, after those the stage has unless they are let go. */
function withNotes(state: JobState, stage: string, { notes, keep_notes = true }: RunAgain): JobState {
  if (keep_notes) return withFeedback(state, stage, notes);
  // Of the notes that are left, none is older than a patch.
  const notes_before = stageOf(state, stage).notes_before.map(() => 0);
  return withFeedback(withStage(state, stage, { feedback: [], notes_before }), stage, notes);
}

function completedStage(state: JobState, event: EventOf<"stage_completed">): JobState {
  const { stage } = event;
  const { artifacts_dropped: dropped, patches_not_applied: missed, feedback_unmet } = event.payload;
  // What was approved ahead was to be made with its patches.
  const approved_ahead = stageOf(state, stage).approved_ahead && missed.length === 0;
  const done: JobState = {
    ...withStage(state, stage, {
      status: "completed",
      ended_at: event.ts,
      failures: 0,
      feedback_unmet,
      approved_ahead,
    }),
    ...(dropped.length > 0 && { artifacts: state.artifacts.filter((a) => !dropped.includes(a.id)) }),
    running: null,
  };
  if (!approvalStands(done, stage)) return done;
  const passed = { ...done, position: state.position + 1 };
  if (!approved_ahead) return passed;
  const shown = withGate(passed, stage, { artifact_sha256s: standing(passed, stage) });
  return withStage(shown, stage, { approved_ahead: false });
}

function patched(state: JobState, event: EventOf<"patch_applied">): JobState {
  const { patch, effect, stale_from, beats = [] } = event.payload;
  const { patches, notes_before, patch_beats = [], feedback } = stageOf(state, event.stage);
  const kept = withStage(state, event.stage, {
    patches: [...patches, patch],
    notes_before: [...notes_before, feedback.length],
    ...((beats.length > 0 || patch_beats.length > 0) && {
      // Patches from before beats were recorded have none.
      patch_beats: [...patches.map((_, index) => patch_beats[index] ?? []), beats],
    }),
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
