import type { Decision } from "@greenlight/contract/api";
import type { Command } from "../domain/commands.ts";
import type { JobState } from "../domain/state.ts";
import type { CommandBus } from "./command-bus.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { Actor, Operations } from "./ports.ts";
import { preparePatch } from "./prepare-patch.ts";
import { type SubmitDeps, submitJob } from "./submit.ts";

/** Turns what an operator asks into commands. Decisions take a free lane along, so that the next stage starts with them. */
export function createOperations(deps: SubmitDeps & { bus: CommandBus; dispatcher: Dispatcher }): Operations {
  const { bus, dispatcher, log } = deps;

  async function decideGate(
    type: "approve_gate" | "reject_gate",
    jobId: string,
    decision: Decision,
    actor: Actor,
  ): Promise<JobState> {
    const by = speakerOf(decision.by, actor);
    const { stage, notes, patch, artifact_sha256s } = decision;
    const state = await withLane(jobId, (keep_lane) => async (before) => ({
      type,
      stage,
      by,
      notes: notes ?? null,
      artifact_sha256s,
      patch: patch ? await preparePatch(patch, stage, before, deps) : null,
      keep_lane,
    }));
    log.info("gate", `${by} ${type === "approve_gate" ? "approved" : "rejected"} ${stage}`, {
      job_id: jobId,
      stage,
      by,
    });
    return state;
  }

  async function withLane(
    jobId: string,
    source: (keepLane: boolean) => (state: JobState) => Promise<Command>,
  ): Promise<JobState> {
    const keepLane = dispatcher.reserve(jobId);
    let state: JobState | null = null;
    try {
      state = await bus.handle(jobId, source(keepLane));
      return state;
    } finally {
      if (keepLane) dispatcher.settle(jobId, state);
    }
  }

  return {
    submit: (request, actor, options) => submitJob(request, actor, options, deps),
    approve: (jobId, decision, actor) => decideGate("approve_gate", jobId, decision, actor),
    reject: (jobId, decision, actor) => decideGate("reject_gate", jobId, decision, actor),
    resume: (jobId, { stage, notes, patch }, actor) =>
      bus.handle(jobId, async (before) => ({
        type: "resume_job",
        by: actor.name,
        stage: stage ?? null,
        notes: notes ?? null,
        patch: patch
          ? await preparePatch(patch, stage ?? before.plan[before.position]?.id ?? "", before, deps)
          : null,
      })),
    pause: (jobId, { now }, actor) => bus.handle(jobId, { type: "pause_job", by: actor.name, now }),
    cancel: (jobId, notes, actor) => bus.handle(jobId, { type: "cancel_job", by: actor.name, notes }),
    retry: (jobId, { from_stage }, actor) =>
      bus.handle(jobId, { type: "retry_job", by: actor.name, from_stage: from_stage ?? null }),
    applyPatch: (jobId, stage, patch, actor) =>
      bus.handle(jobId, async (before) => ({
        type: "apply_patch",
        by: actor.name,
        stage,
        patch: await preparePatch(patch, stage, before, deps),
      })),
  };
}

function speakerOf(claimed: string | undefined, actor: Actor): string {
  return claimed !== undefined && actor.may_speak_for_others ? claimed : actor.name;
}
