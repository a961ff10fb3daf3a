import type { Artifact, ArtifactMeta } from "@greenlight/contract/artifact";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg, JobMode } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import type { FieldError } from "@greenlight/contract/problem";
import type { FailureKind, InterruptReason, PatchConflict } from "./events.ts";
import type { NamedBeat } from "./patch-beats.ts";
import type { PlannedStage } from "./state.ts";

/** An output as a stage hands it over. `id` is a fresh id, used only if no artifact of this stage has this name. */
export type ProducedArtifact = Omit<Artifact, "version" | "created_at" | "stage" | "path">;

/** An artifact's next version, already stored. */
export type ContentChange = {
  readonly artifact_id: string;
  /** The version it was made from, so that a change in between is noticed. */
  readonly base_sha256: string;
  readonly sha256: string;
  readonly size_bytes: number;
  /** Where the content is not of the same making as before (a revert). */
  readonly media_type?: string;
  readonly meta?: ArtifactMeta;
};

/**
 * A patch and what came of applying it to the artifacts as they stood. `content`: there is new content. `rebuild`: the
 * stage must run again to show it.
 */
export type PreparedPatch = {
  readonly patch: Patch;
  /** What the beats that it names are; absent where it names none, or nothing is known of them. */
  readonly beats?: readonly NamedBeat[];
  readonly effect: /** `also`: artifacts that change with it because they show the same thing. */
    | ({ readonly kind: "content"; readonly also?: readonly ContentChange[] } & ContentChange)
    | { readonly kind: "rebuild" };
};

export type GateDecision = {
  readonly stage: string;
  readonly by: string;
  readonly notes: string | null;
  /** The versions looked at, which must be all that stand at the gate; absent = the current ones. */
  readonly artifact_sha256s?: readonly string[] | undefined;
  readonly patch: PreparedPatch | null;
  /** A lane is reserved: the next stage may start in the same append. */
  readonly keep_lane: boolean;
};

export type Command =
  | {
      readonly type: "create_job";
      readonly id: string;
      readonly slug: string;
      readonly intent: string;
      readonly pipeline: string;
      readonly mode: JobMode;
      readonly priority: number;
      readonly submitted_by: string;
      readonly cfg: JobCfg;
      readonly plan: readonly PlannedStage[];
    }
  /** A lane is free: a queued job starts, and its stage with it. */
  | { readonly type: "start_job" }
  /** A lane is free for a running job that has no attempt under way. */
  | { readonly type: "start_stage" }
  | {
      readonly type: "complete_stage";
      readonly token: number;
      readonly artifacts: readonly ProducedArtifact[];
      readonly from_cache: boolean;
      readonly items_built: number;
      readonly items_reused: number;
      readonly patches_not_applied: readonly PatchConflict[];
      readonly feedback_unmet: readonly string[];
      /** The caller keeps the lane, so the next stage may start in the same append. */
      readonly keep_lane: boolean;
    }
  | {
      readonly type: "fail_stage";
      readonly token: number;
      readonly code: string;
      readonly message: string;
      readonly kind: FailureKind;
    }
  /** The attempt ended without a result of its own (crash, pause now, shutdown); uses up no retry. */
  | {
      readonly type: "interrupt_stage";
      readonly token: number;
      readonly reason: InterruptReason;
    }
  | ({ readonly type: "approve_gate" } & GateDecision)
  /** `beats`: only these are to be made again, each with its notes; absent = the whole output. */
  | ({ readonly type: "reject_gate"; readonly beats?: readonly FeedbackNote[] } & GateDecision)
  | { readonly type: "fire_timer"; readonly timer_id: string }
  /** The wall clock may have been set since the job's timers were. */
  | { readonly type: "recount_timers" }
  | {
      readonly type: "pause_job";
      readonly by: string;
      readonly now: boolean;
      readonly notes?: string | null;
    }
  | {
      readonly type: "resume_job";
      readonly by: string;
      readonly stage: string | null;
      readonly notes: string | null;
      readonly patch: PreparedPatch | null;
      /** false = the patches laid over the stage that runs again are let go; default true. */
      readonly keep_patches?: boolean;
      /** false = the notes the stage was given before are let go; default true. */
      readonly keep_notes?: boolean;
    }
  | { readonly type: "cancel_job"; readonly by: string; readonly notes: string | null }
  | {
      readonly type: "retry_job";
      readonly by: string;
      readonly from_stage: string | null;
      readonly notes?: string | null;
      /** Ask again at every gate from there on, also where nothing changed; default false. */
      readonly reopen?: boolean;
      /** Both as for `resume_job`. */
      readonly keep_patches?: boolean;
      readonly keep_notes?: boolean;
    }
  | {
      readonly type: "apply_patch";
      readonly by: string;
      readonly stage: string;
      readonly patch: PreparedPatch;
    };

export type CommandType = Command["type"];

/** The domain says no; nothing changed. */
export class Rejection extends Error {
  override name = "Rejection";
  readonly code: ErrorCode;
  /** Each bad field, where the trouble lies in fields. */
  readonly errors: readonly FieldError[];
  constructor(code: ErrorCode, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}
