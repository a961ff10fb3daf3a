import type { Decision, RejectDecision } from "@greenlight/contract/api";
import type { Command, GateDecision } from "../domain/commands.ts";
import { requireDecidable } from "../domain/decide-gate.ts";
import { mayDo } from "../domain/roles.ts";
import type { JobState } from "../domain/state.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Dispatcher } from "./dispatch.ts";
import { permittedOperations } from "./permitted-operations.ts";
import type { Actor, Operations } from "./ports/operations.ts";
import { type PatchDeps, preparePatch } from "./prepare-patch.ts";
import { requireBeats } from "./storyboard-beats.ts";
import { type SubmitDeps, submitJob } from "./submit.ts";

/** Turns what an operator asks into commands. Decisions take a free lane along, so that the next stage starts with them. */
export function createOperations(
  deps: SubmitDeps & PatchDeps & { bus: CommandBus; dispatcher: Dispatcher },
): Operations {
  const { bus, dispatcher, log } = deps;

  /** `toCommand` gets the decision with its patch applied to what stands. */
  async function decideGate(
    jobId: string,
    { stage, by: claimed, notes, patch, artifact_sha256s }: Decision,
    actor: Actor,
    toCommand: (decision: GateDecision, before: JobState) => Command | Promise<Command>,
  ): Promise<JobState> {
    const by = speakerOf(claimed, actor);
    const state = await withLane(jobId, actor, (keep_lane) => async (before) => {
      requireDecidable(before, { stage, by, artifact_sha256s });
      const prepared = patch ? await preparePatch(patch, stage, before, deps) : null;
      const decision = { stage, by, notes: notes ?? null, artifact_sha256s, patch: prepared, keep_lane };
      return toCommand(decision, before);
    });
    log.info("gate", `${by} decided ${stage}`, { job_id: jobId, stage, by, status: state.status });
    return state;
  }

  function reject(jobId: string, decision: RejectDecision, actor: Actor): Promise<JobState> {
    return decideGate(jobId, decision, actor, async (gate, before) => {
      const beats = decision.beats?.map(({ beat_id, notes = "" }) => ({ beat_id, notes })) ?? [];
      await requireBeats(beats, gate.stage, before, deps.objects);
      return { type: "reject_gate", ...gate, beats };
    });
  }

  async function withLane(
    jobId: string,
    actor: Actor,
    source: (keepLane: boolean) => (state: JobState) => Promise<Command>,
  ): Promise<JobState> {
    const keepLane = dispatcher.reserve(jobId);
    let state: JobState | null = null;
    try {
      state = await bus.handle(jobId, source(keepLane), actor.origin);
      return state;
    } finally {
      if (keepLane) dispatcher.settle(jobId, state);
    }
  }

  return permittedOperations({
    submit: (request, actor, options) => submitJob(request, actor, options, deps),
    approve: (jobId, decision, actor) =>
      decideGate(jobId, decision, actor, (gate) => ({ type: "approve_gate", ...gate })),
    reject,
    resume: (jobId, { stage, notes, patch, keep_patches = true }, actor) =>
      bus.handle(
        jobId,
        async (before) => ({
          type: "resume_job",
          by: actor.name,
          stage: stage ?? null,
          notes: notes ?? null,
          patch: patch
            ? await preparePatch(patch, stage ?? before.plan[before.position]?.id ?? "", before, deps)
            : null,
          keep_patches,
        }),
        actor.origin,
      ),
    pause: (jobId, { now }, actor) =>
      bus.handle(jobId, { type: "pause_job", by: actor.name, now }, actor.origin),
    cancel: (jobId, notes, actor) =>
      bus.handle(jobId, { type: "cancel_job", by: actor.name, notes }, actor.origin),
    retry: (jobId, { from_stage = null, notes = null, reopen = false, keep_patches = true }, actor) =>
      bus.handle(
        jobId,
        { type: "retry_job", by: actor.name, from_stage, notes, reopen, keep_patches },
        actor.origin,
      ),
    applyPatch: (jobId, stage, patch, actor) =>
      bus.handle(
        jobId,
        async (before) => ({
          type: "apply_patch",
          by: actor.name,
          stage,
          patch: await preparePatch(patch, stage, before, deps),
        }),
        actor.origin,
      ),
  });
}

/** An admin may say for whom; of everyone else the token says it. */
function speakerOf(claimed: string | undefined, actor: Actor): string {
  return claimed !== undefined && mayDo(actor.role, "speak_for_others") ? claimed : actor.name;
}
