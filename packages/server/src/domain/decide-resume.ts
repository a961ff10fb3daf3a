import type { Patch } from "@greenlight/contract/patch";
import { type Command, Rejection } from "./commands.ts";
import { approveAfterReject } from "./decide-gate.ts";
import { advance, stageState } from "./decide-stage.ts";
import type { Draft } from "./draft.ts";
import { gateConfigOf, isCounting } from "./gates.ts";
import { voidBehind, voidGate } from "./open-gate.ts";
import { requireDecider, requireMayApprove } from "./require-decision.ts";
import { requireStatus } from "./require-status.ts";
import type { JobState, PlannedStage } from "./state.ts";

type Resume = Extract<Command, { type: "resume_job" }>;

export function resumeJob(draft: Draft, command: Resume): void {
  const { by, notes, patch, keep_patches = true, keep_notes = true } = command;
  const { here, rerun_from } = requireResumable(draft.state, { ...command, patch: patch?.patch ?? null });
  if (here && rerun_from !== null && isCounting(draft.state, here.id))
    voidGate(draft, here.id, "stale", `${by} went back to ${rerun_from}`);
  const kept = { keep_patches, keep_notes };
  draft.emit("job_resumed", rerun_from ?? here?.id ?? null, { by, notes, rerun_from, ...kept });
  if (patch && here) return approveAfterReject(draft, { stage: here.id, by, notes, patch, keep_lane: false });
  if (rerun_from !== null) return voidBehind(draft, rerun_from, false, `${by} went back to ${rerun_from}`);
  advance(draft, false);
}

/**
 * Refuses a resume that may not be whatever its patch makes of the artifacts; else says where the job stands and from
 * which stage on it runs again (null = it goes on where it stood).
 * @throws Rejection invalid_transition, stage_not_found, patch_not_applicable, invalid_field, and as an approval would
 */
export function requireResumable(
  state: JobState,
  asked: Pick<Resume, "by" | "stage" | "notes" | "keep_patches" | "keep_notes"> & {
    readonly patch: Patch | null;
  },
): { readonly here: PlannedStage | undefined; readonly rerun_from: string | null } {
  requireStatus(state, "resume", "paused");
  const { by, notes, patch, keep_patches = true, keep_notes = true } = asked;
  const here = state.plan[state.position];
  const finished = here !== undefined && stageState(state, here.id).status === "completed";
  const back = finished && asked.stage === here.id ? here.id : earlierStage(state, asked.stage);
  const gate = state.gates.find((g) => g.stage === here?.id);
  const rejected = here !== undefined && gate?.approved === false;
  if (patch && (!rejected || back !== null))
    throw new Rejection(
      "patch_not_applicable",
      "a resume takes a patch only for the stage that was rejected; apply it to its stage instead",
    );
  const rerun_from = back ?? (rejected && !patch ? here.id : null);
  if (notes && finished && !patch && rerun_from === null)
    throw new Rejection(
      "invalid_field",
      `${here.id} is done and waits for its gate; nothing would heed the notes`,
      [
        {
          pointer: "/notes",
          message: "no stage runs that could heed them",
          remedy: `Name ${here.id} as the stage to run it again with them, or leave them out and decide at its gate.`,
        },
      ],
    );
  if (!keep_patches && rerun_from === null)
    throw new Rejection("invalid_field", "no stage runs again, so its patches stay", [
      {
        pointer: "/keep_patches",
        message: "no stage runs again",
        remedy: "Leave it out, or name the stage to go back to.",
      },
    ]);
  if (!keep_notes && rerun_from === null && (finished || here === undefined))
    throw new Rejection("invalid_field", "no stage runs again, so its notes stay", [
      {
        pointer: "/keep_notes",
        message: "no stage runs again",
        remedy: "Leave it out, or name the stage to go back to.",
      },
    ]);
  const config = here && gateConfigOf(state, here.id);
  if (patch && config) {
    requireDecider(config, here.id, by);
    requireMayApprove(state, config, { stage: here.id, by, patch });
  }
  return { here, rerun_from };
}

/** The earlier stage a resume goes back to; null where it names none, or the one at hand. */
function earlierStage(state: JobState, stage: string | null): string | null {
  const here = state.plan[state.position];
  if (stage === null || stage === here?.id) return null;
  const index = state.plan.findIndex((s) => s.id === stage);
  if (index < 0)
    throw new Rejection("stage_not_found", `the pipeline ${state.pipeline} has no stage ${stage}`);
  if (index > state.position)
    throw new Rejection(
      "invalid_transition",
      `the job is paused at ${here?.id ?? "its end"}; it can go back from there, not on to ${stage}`,
    );
  return stage;
}
