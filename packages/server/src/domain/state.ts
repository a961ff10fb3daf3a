import type { Artifact } from "@greenlight/contract/artifact";
import type { JobStatus } from "@greenlight/contract/event";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { Gate, GateConfig } from "@greenlight/contract/gate";
import type { JobCfg, JobMode, PauseRequest, StageStatus } from "@greenlight/contract/job";
import type { Origin } from "@greenlight/contract/origin";
import type { Patch } from "@greenlight/contract/patch";
import type { NamedBeat } from "./patch-beats.ts";
import type { SteadyDue } from "./steady-reading.ts";

/** One stage as planned when the job was created: the pipeline's line with its gate, defaults filled in. */
export type PlannedStage = {
  readonly id: string;
  /** Stage adapter's name. */
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly timeout_s: number;
  readonly retries: number;
  readonly backoff_s: number;
  /** A stage switched off in the pipeline is skipped. */
  readonly enabled: boolean;
  /** null = no gate after this stage. */
  readonly gate: GateConfig | null;
};

export type StageState = {
  readonly id: string;
  readonly status: StageStatus;
  /** Attempts started so far, interrupted ones included. */
  readonly attempt: number;
  /** Failures that used up a retry since the stage was last begun afresh. */
  readonly failures: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Back-off: the next attempt may not start before this instant; null = at once. */
  readonly retry_at: string | null;
  /** Reviewers' notes the next run must heed, oldest first. */
  readonly feedback: readonly FeedbackNote[];
  /** What the last run that ended well could not honour of them. */
  readonly feedback_unmet: readonly string[];
  /** Patches laid over this stage's output, in order; laid again whenever the stage runs again. */
  readonly patches: readonly Patch[];
  /** For each of the patches: how many of the notes were there before it. */
  readonly notes_before: readonly number[];
  /** For each of the patches: what the beats it names were; absent while that is known of none. */
  readonly patch_beats?: readonly (readonly NamedBeat[])[];
  /** The gate was approved together with a patch that the stage has yet to show: what it makes next is approved. */
  readonly approved_ahead: boolean;
};

/** The one attempt under way. `token` is the seq of its `stage_started` event: it only grows, so it fences. */
export type RunningAttempt = { readonly stage: string; readonly attempt: number; readonly token: number };

/** A pause that waits, and from where it was asked for. */
export type AskedPause = Readonly<PauseRequest> & { readonly origin: Origin | null };

/** A gate's timeout or reminder; kept with the job, so that it is cancelled in the transaction that makes it moot. */
export type JobTimer = {
  /** `gate:<stage>` or `remind:<stage>` */
  readonly id: string;
  readonly kind: "timeout" | "reminder";
  readonly stage: string;
  /** ISO 8601 UTC: what the wall clock will say, unless it is set. */
  readonly fire_at: string;
  /** What really decides; absent where the system cannot say how much time passed. */
  readonly due?: SteadyDue;
};

/** Everything the domain knows of a job: the fold of its events. */
export type JobState = {
  readonly id: string;
  readonly slug: string;
  readonly intent: string;
  readonly pipeline: string;
  readonly mode: JobMode;
  readonly priority: number;
  readonly submitted_by: string;
  readonly cfg: JobCfg;
  readonly plan: readonly PlannedStage[];
  readonly status: JobStatus;
  /** Index into `plan` of the current stage; `plan.length` when all are done. */
  readonly position: number;
  readonly stages: readonly StageState[];
  readonly running: RunningAttempt | null;
  /** Asked for while an attempt runs; done once that has ended. */
  readonly pause_requested: AskedPause | null;
  readonly gates: readonly Gate[];
  /** Current versions only. */
  readonly artifacts: readonly Artifact[];
  readonly timers: readonly JobTimer[];
  readonly error: { readonly code: string; readonly message: string; readonly stage: string | null } | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Number of events folded in. */
  readonly version: number;
};

export const TERMINAL: ReadonlySet<JobStatus> = new Set(["completed", "failed", "canceled"]);
