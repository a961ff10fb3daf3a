import type { Decision, RejectDecision } from "@greenlight/contract/api";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { GateConfig } from "@greenlight/contract/gate";
import type { Command, GateDecision } from "../domain/commands.ts";
import { requirePatchable } from "../domain/decide-patch.ts";
import { requireResumable } from "../domain/decide-resume.ts";
import { requireDecidable, requireMayApprove, requireMayReject } from "../domain/require-decision.ts";
import { mayDo } from "../domain/roles.ts";
import type { JobState } from "../domain/state.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Dispatcher } from "./dispatch.ts";
import { permittedOperations } from "./permitted-operations.ts";
import type { Actor, Operations } from "./ports/operations.ts";
import { type PatchDeps, preparePatch } from "./prepare-patch.ts";
import { notesOnBeats } from "./storyboard-beats.ts";
import { type SubmitDeps, submitJob } from "./submit.ts";

/** Turns what an operator asks into commands. Decisions take a free lane along, so that the next stage starts with them. */
export function createOperations(
  deps: SubmitDeps & PatchDeps & { bus: CommandBus; dispatcher: Dispatcher },
): Operations {
  const { bus, dispatcher, log } = deps;

  /**
   * `require` refuses what may not be whatever the patch makes of the artifacts; only then is the patch applied to what
   * stands and stored. `toCommand` gets the decision with it.
   */
  async function decideGate(
    jobId: string,
    { stage, by: claimed, notes, patch, artifact_sha256s }: Decision,
    actor: Actor,
    require: (before: JobState, gate: GateConfig, by: string) => void | Promise<void>,
    toCommand: (decision: GateDecision) => Command,
  ): Promise<JobState> {
    const by = speakerOf(claimed, actor);
    const state = await withLane(jobId, actor, (keep_lane) => async (before) => {
      await require(before, requireDecidable(before, { stage, by, artifact_sha256s }), by);
      const prepared = patch ? await preparePatch(patch, stage, before, deps) : null;
      const decision = { stage, by, notes: notes ?? null, artifact_sha256s, patch: prepared, keep_lane };
      return toCommand(decision);
    });
    log.info("gate", `${by} decided ${stage}`, { job_id: jobId, stage, by, status: state.status });
    return state;
  }

  function approve(jobId: string, decision: Decision, actor: Actor): Promise<JobState> {
    const { stage, patch = null } = decision;
    return decideGate(
      jobId,
      decision,
      actor,
      (before, gate, by) => requireMayApprove(before, gate, { stage, by, patch }),
      (gate) => ({ type: "approve_gate", ...gate }),
    );
  }

  function reject(jobId: string, decision: RejectDecision, actor: Actor): Promise<JobState> {
    const { stage, patch = null } = decision;
    const beats = decision.beats?.map(({ beat_id, notes = "" }) => ({ beat_id, notes })) ?? [];
    let noted: readonly FeedbackNote[] = [];
    return decideGate(
      jobId,
      decision,
      actor,
      async (before, gate, by) => {
        requireMayReject(before, gate, { stage, by, patch, beats });
        noted = await notesOnBeats(beats, stage, before, deps.objects);
      },
      (gate) => ({ type: "reject_gate", ...gate, beats: noted }),
    );
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
    approve,
    reject,
    resume: (
      jobId,
      { stage = null, notes = null, patch = null, keep_patches = true, keep_notes = true },
      actor,
    ) =>
      bus.handle(
        jobId,
        async (before) => {
          const asked = { by: actor.name, stage, keep_patches, keep_notes, notes };
          const { here } = requireResumable(before, { ...asked, patch });
          const prepared = patch && here ? await preparePatch(patch, here.id, before, deps) : null;
          return { type: "resume_job", ...asked, patch: prepared };
        },
        actor.origin,
      ),
    pause: (jobId, { now = false, notes = null }, actor) =>
      bus.handle(jobId, { type: "pause_job", by: actor.name, now, notes }, actor.origin),
    cancel: (jobId, notes, actor) =>
      bus.handle(jobId, { type: "cancel_job", by: actor.name, notes }, actor.origin),
    retry: (
      jobId,
      { from_stage = null, notes = null, reopen = false, keep_patches = true, keep_notes = true },
      actor,
    ) =>
      bus.handle(
        jobId,
        { type: "retry_job", by: actor.name, from_stage, notes, reopen, keep_patches, keep_notes },
        actor.origin,
      ),
    applyPatch: (jobId, stage, patch, actor) =>
      bus.handle(
        jobId,
        async (before) => {
          requirePatchable(before, stage, patch);
          const prepared = await preparePatch(patch, stage, before, deps);
          return { type: "apply_patch", by: actor.name, stage, patch: prepared };
        },
        actor.origin,
      ),
  });
}

/** An admin may say for whom; of everyone else the token says it. */
function speakerOf(claimed: string | undefined, actor: Actor): string {
  return claimed !== undefined && mayDo(actor.role, "speak_for_others") ? claimed : actor.name;
}
