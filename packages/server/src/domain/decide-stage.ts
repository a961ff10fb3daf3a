import { type Command, type ProducedArtifact, Rejection } from "./commands.ts";
import type { Draft } from "./draft.ts";
import type { InterruptReason } from "./events.ts";
import { openGate, settleGate } from "./open-gate.ts";
import { pauseAsAsked } from "./pause.ts";
import type { JobState, RunningAttempt, StageState } from "./state.ts";

/** Longest back-off between two attempts, in seconds. */
const MAX_BACKOFF_S = 3600;

/**
 * Goes on from the current position: skips stages that are off, completes the job after the last, pauses if that
 * was asked for, opens the gate of a stage that is finished but no longer approved, and else starts the stage at hand
 * if the caller holds a lane for it.
 */
export function advance(draft: Draft, keepLane: boolean): void {
  for (let stage = draft.current; stage && !stage.enabled; stage = draft.current)
    draft.emit("stage_skipped", stage.id, { reason: "switched off in the pipeline" });
  const stage = draft.current;
  if (!stage) return draft.emit("job_completed", null, {});
  if (draft.state.pause_requested) return pauseAsAsked(draft, draft.state.pause_requested);
  if (stageState(draft.state, stage.id).status === "completed") {
    if (!openGate(draft, stage.id)) advance(draft, keepLane);
    return;
  }
  if (keepLane) begin(draft, stage.id);
}

export function startStage(draft: Draft): void {
  const { state } = draft;
  if (state.status !== "running" || state.running !== null)
    throw new Rejection("invalid_transition", "no stage of this job waits for a lane");
  const stage = draft.current;
  if (!stage) return advance(draft, true);
  const { retry_at } = stageState(state, stage.id);
  if (retry_at !== null && Date.parse(retry_at) > draft.now)
    throw new Rejection("invalid_transition", `${stage.id} may not start again before ${retry_at}`);
  advance(draft, true);
}

function begin(draft: Draft, stage: string): void {
  draft.emit("stage_started", stage, { attempt: stageState(draft.state, stage).attempt + 1 });
}

export function completeStage(draft: Draft, command: Extract<Command, { type: "complete_stage" }>): void {
  const { stage, attempt } = requireAttempt(draft.state, command.token);
  for (const artifact of command.artifacts) emitArtifact(draft, stage, artifact);
  const made = new Set(command.artifacts.map((a) => a.name));
  const { started_at } = stageState(draft.state, stage);
  draft.emit("stage_completed", stage, {
    attempt,
    duration_ms: started_at === null ? 0 : Math.max(0, draft.now - Date.parse(started_at)),
    from_cache: command.from_cache,
    items_built: command.items_built,
    items_reused: command.items_reused,
    patches_not_applied: command.patches_not_applied,
    feedback_unmet: command.feedback_unmet,
    artifacts_dropped: draft.state.artifacts
      .filter((a) => a.stage === stage && !made.has(a.name))
      .map((a) => a.id),
  });
  const moved = draft.current?.id !== stage;
  if (moved || !settleGate(draft, stage)) advance(draft, command.keep_lane);
}

/** Records an output unless the stage made exactly this before. */
export function emitArtifact(draft: Draft, stage: string, made: ProducedArtifact): void {
  const before = draft.state.artifacts.find((a) => a.stage === stage && a.name === made.name);
  if (before?.sha256 === made.sha256 && before.kind === made.kind) return;
  draft.emit("artifact_created", stage, {
    artifact: {
      ...made,
      id: before?.id ?? made.id,
      stage,
      path: `artifacts/${stage}/${made.name}`,
      version: (before?.version ?? 0) + 1,
      created_at: draft.at(),
    },
  });
}

export function failStage(draft: Draft, command: Extract<Command, { type: "fail_stage" }>): void {
  const { stage, attempt } = requireAttempt(draft.state, command.token);
  const { code, message, kind } = command;
  draft.emit("stage_failed", stage, { attempt, code, message, kind });
  const plan = draft.state.plan.find((s) => s.id === stage);
  const { failures } = stageState(draft.state, stage);
  if (!plan || kind !== "retryable" || failures > plan.retries)
    return draft.emit("job_failed", stage, { code, message });
  const delay = Math.min(MAX_BACKOFF_S, plan.backoff_s * 2 ** (failures - 1));
  draft.emit("stage_retrying", stage, { attempt, retry_at: draft.at(delay) });
  if (draft.state.pause_requested) pauseAsAsked(draft, draft.state.pause_requested);
}

/** The stage will run again without having used up a retry; at once, unless a pause was the reason. */
export function interruptStage(draft: Draft, token: number, reason: InterruptReason): void {
  const { stage, attempt } = requireAttempt(draft.state, token);
  draft.emit("stage_interrupted", stage, { attempt, reason });
  if (draft.state.pause_requested) pauseAsAsked(draft, draft.state.pause_requested);
}

/** The running attempt, if the token is its own; an older one's result must not count. */
function requireAttempt(state: JobState, token: number): RunningAttempt {
  if (state.running?.token !== token)
    throw new Rejection("stale_attempt", "this attempt has ended; its result is not taken");
  return state.running;
}

export function stageState(state: JobState, id: string): StageState {
  const stage = state.stages.find((s) => s.id === id);
  if (!stage) throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${id}`);
  return stage;
}
