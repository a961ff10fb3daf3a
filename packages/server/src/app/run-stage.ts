import type { ProgressFrame } from "@greenlight/contract/event";
import { feedbackMeta } from "@greenlight/contract/feedback";
import type { Command, ProducedArtifact } from "../domain/commands.ts";
import type { JobState, PlannedStage, StageState } from "../domain/state.ts";
import type { EditDeps } from "./edit-output.ts";
import { layKeptPatches } from "./lay-kept-patches.ts";
import type { Clock } from "./ports/clock.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { StageExecutor, StageLogLine, StageOutcome, StageReports } from "./ports/stage-executor.ts";
import { stageRequest } from "./stage-request.ts";

/** Runs the attempt that `state.running` names and says which command tells its result; null when it was aborted. */
export interface StageRunner {
  run(state: JobState, signal: AbortSignal): Promise<StageResult | null>;
}
export type StageResult = Extract<Command, { type: "complete_stage" | "fail_stage" }>;

export function createStageRunner(
  deps: EditDeps & {
    executor: StageExecutor;
    store: EventStore;
    ids: Ids;
    log: Logger;
    onProgress(frame: ProgressFrame): void;
    /** One line of logs/<stage>.log. */
    appendLog(jobId: string, stage: string, line: StageLogLine): void;
    clock: Clock;
  },
): StageRunner {
  const { executor, ids, log } = deps;

  async function run(state: JobState, signal: AbortSignal): Promise<StageResult | null> {
    const { running } = state;
    const plan = state.plan.find((s) => s.id === running?.stage);
    const stage = state.stages.find((s) => s.id === running?.stage);
    if (!running || !plan || !stage) throw new Error(`job ${state.id} has no attempt under way`);
    const where = { job_id: state.id, stage: stage.id, attempt: running.attempt };
    const stop = new AbortController();
    const end = () => stop.abort();
    const timeout = setTimeout(end, plan.timeout_s * 1000);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    const started = performance.now();
    log.info("stage", `${stage.id} starts`, where);
    const reports: StageReports = {
      // A frame that comes after the end would be taken for progress of an attempt that is no more.
      progress: (fraction, message) => {
        if (!stop.signal.aborted) deps.onProgress({ ...where, fraction, message });
      },
      log: ({ level, message, fields }) =>
        deps.appendLog(state.id, stage.id, {
          ts: new Date(deps.clock.now()).toISOString(),
          level,
          message,
          fields: { attempt: running.attempt, ...fields },
        }),
    };
    try {
      const { request, unmet } = await stageRequest(state, plan, stage, deps);
      const outcome = await executor.run(request, reports, stop.signal);
      const ms = Math.round(performance.now() - started);
      log.info("stage", `${stage.id} ended`, { ...where, outcome: outcome.ok, ms });
      return signal.aborted ? null : await resultOf(state, running.token, stage, outcome, plan, unmet);
    } catch (error) {
      // The stage itself never throws: the store or the object store failed around it, which may pass.
      log.error("stage", `${stage.id} could not be run`, { ...where, error });
      if (signal.aborted) return null;
      const message = `the attempt could not be run: ${error instanceof Error ? error.message : String(error)}`;
      return { type: "fail_stage", token: running.token, code: "stage_failed", message, kind: "retryable" };
    } finally {
      clearTimeout(timeout);
      signal.removeEventListener("abort", end);
    }
  }

  async function resultOf(
    state: JobState,
    token: number,
    stage: StageState,
    outcome: StageOutcome,
    plan: PlannedStage,
    notFollowed: readonly string[],
  ): Promise<StageResult> {
    const failed = { type: "fail_stage", token } as const;
    if (outcome.ok === "aborted")
      return {
        ...failed,
        code: "stage_timeout",
        message: `no result after ${plan.timeout_s} s`,
        kind: "terminal",
      };
    if (outcome.ok === "crashed")
      return { ...failed, code: "stage_crashed", message: outcome.message, kind: "retryable" };
    if (!outcome.ok) return { ...failed, code: outcome.code, message: outcome.message, kind: outcome.kind };
    const { outputs, conflicts, covered } = await layKeptPatches(state, stage, outcome.outputs, deps);
    const unmet = [...notFollowed, ...covered];
    const told = outcome.outputs.flatMap(({ meta }) => feedbackMeta.parse(meta).feedback_unmet);
    for (const wish of unmet)
      log.warn("stage", `not honoured: ${wish}`, { job_id: state.id, stage: stage.id });
    for (const conflict of conflicts)
      log.warn("stage", "a kept patch no longer applies", { job_id: state.id, stage: stage.id, ...conflict });
    return {
      type: "complete_stage",
      token,
      artifacts: outputs.map((output): ProducedArtifact => ({ ...output, id: ids.next() })),
      from_cache: outcome.from_cache,
      items_built: outcome.items_built,
      items_reused: outcome.items_reused,
      patches_not_applied: conflicts,
      // Here too, because the meta of an output that is the very same as before is not kept.
      feedback_unmet: [...new Set([...told, ...unmet])],
      keep_lane: false,
    };
  }

  return { run };
}
