import type { Artifact } from "@greenlight/contract/artifact";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg, JobMode } from "@greenlight/contract/job";
import type { Origin } from "@greenlight/contract/origin";
import type { Patch } from "@greenlight/contract/patch";
import type { NamedBeat } from "./patch-beats.ts";
import type { PlannedStage } from "./state.ts";
import type { SteadyReading } from "./steady-reading.ts";

/** What happens next after a failed attempt. */
export type FailureKind = "retryable" | "terminal" | "needs_operator";

/** Why an attempt ended without a result; none of them uses up a retry. */
export type InterruptReason = "crash" | "pause" | "shutdown" | "patch";

/** `policy`: the gate's `reopen: never` lets a changed version pass. */
export type AutoApprover = "auto" | "timer" | "automation" | "policy";

/** `changed`: the artifacts did; `stale`: an earlier stage did; `asked`: somebody wanted the gate to ask again. */
export type VoidCause = "changed" | "stale" | "asked";

export type PatchConflict = { readonly patch: Patch; readonly code: string; readonly message: string };

type Body<Type extends string, Stage extends string | null, Payload> = {
  readonly type: Type;
  readonly stage: Stage;
  readonly payload: Payload;
};

/**
 * What happened to a job. The store adds id, seq, status and message; `ts` is ISO 8601 UTC. `origin`: absent where it is
 * that of the command; a thing that was asked for earlier brings along whence it was.
 */
export type DomainEvent = { readonly ts: string; readonly origin?: Origin } & (
  | Body<
      "job_created",
      null,
      {
        id: string;
        slug: string;
        intent: string;
        pipeline: string;
        mode: JobMode;
        priority: number;
        submitted_by: string;
        cfg: JobCfg;
        plan: readonly PlannedStage[];
      }
    >
  | Body<"job_started", null, Record<string, never>>
  | Body<"job_pause_requested", null, { by: string; now: boolean; notes: string | null }>
  | Body<"job_paused", string | null, { by: string; reason: "operator" | "rejected"; notes: string | null }>
  | Body<
      "job_resumed",
      string | null,
      {
        by: string;
        notes: string | null;
        /** From this stage on the job runs again; null = it goes on where it stood. */
        rerun_from: string | null;
        keep_patches: boolean;
        /** Absent in logs from before notes could be let go of: they were kept. */
        keep_notes?: boolean;
      }
    >
  | Body<"job_completed", null, Record<string, never>>
  | Body<"job_failed", string, { code: string; message: string }>
  | Body<"job_canceled", null, { by: string; notes: string | null }>
  | Body<
      "job_retried",
      string,
      {
        by: string;
        from_stage: string;
        reason: "operator" | "patch";
        notes: string | null;
        keep_patches: boolean;
        /** Absent in logs from before notes could be let go of: they were kept. */
        keep_notes?: boolean;
      }
    >
  | Body<"stage_started", string, { attempt: number }>
  | Body<
      "stage_completed",
      string,
      {
        attempt: number;
        duration_ms: number;
        from_cache: boolean;
        items_built: number;
        items_reused: number;
        /** Patches kept with the stage that no longer apply to its new output. */
        patches_not_applied: readonly PatchConflict[];
        /** One sentence for each wish that the stage, or a kept patch over it, left without effect. */
        feedback_unmet: readonly string[];
        /** Ids of artifacts that an earlier run of the stage made and this one did not; the job no longer has them. */
        artifacts_dropped: readonly string[];
      }
    >
  | Body<"stage_failed", string, { attempt: number; code: string; message: string; kind: FailureKind }>
  | Body<"stage_retrying", string, { attempt: number; retry_at: string }>
  | Body<"stage_interrupted", string, { attempt: number; reason: InterruptReason }>
  | Body<"stage_skipped", string, { reason: string }>
  | Body<
      "gate_opened",
      string /** `waits` is false where it is approved in the same breath. */,
      {
        required: boolean;
        waits: boolean;
        artifact_sha256s: string[];
        timeout_at: string | null;
        remind_at: string | null;
        /** From where its timers count; absent where it has none, or the system cannot say. */
        clock?: SteadyReading;
      }
    >
  /**
   * The time of day was set, and the gate's timers with it; or the steady clock began anew (a reboot), and they count on
   * from here. `step_ms` = by how much the wall clock was set forward; times are null where no such timer runs.
   */
  | Body<
      "gate_rescheduled",
      string,
      {
        cause: "clock_set" | "restart";
        step_ms: number;
        timeout_at: string | null;
        timeout_was: string | null;
        remind_at: string | null;
        remind_was: string | null;
        clock: SteadyReading;
      }
    >
  | Body<"gate_reminded", string, { opened_at: string; timeout_at: string | null }>
  | Body<
      "gate_approved",
      string,
      /** `final` = `min_approvals` reached. */
      { by: string; notes: string | null; artifact_sha256s: string[]; patch: Patch | null; final: boolean }
    >
  | Body<"gate_auto_approved", string, { by: AutoApprover; artifact_sha256s: string[] }>
  | Body<
      "gate_rejected",
      string,
      {
        by: string;
        notes: string | null;
        patch: Patch | null;
        artifact_sha256s: string[];
        beats: readonly FeedbackNote[];
        /** The gate's timer ends the job (`on_timeout: cancel`): `job_canceled` follows, and no stage heeds the notes. */
        cancels_job?: true;
      }
    >
  /**
   * What was decided, or stood to be decided, no longer counts. `by` and `artifact_sha256s`: whose approvals of which
   * versions; empty where nobody had approved.
   */
  | Body<
      "gate_voided",
      string,
      { cause: VoidCause; reason: string; by: string[]; artifact_sha256s: string[] }
    >
  | Body<
      "patch_applied",
      string,
      /**
       * `content`: `artifact_created` follows with the new version. `rebuild`: the stage itself runs again with it.
       * `stale_from`: from this stage on, what was built no longer fits and is run again. `beats`: what the beats were
       * that the patch names; absent where it names none, where they are not known, and in logs from before they were.
       */
      {
        by: string;
        patch: Patch;
        effect: "content" | "rebuild";
        stale_from: string | null;
        beats?: readonly NamedBeat[];
      }
    >
  | Body<"artifact_created", string, { artifact: Artifact }>
);

export type DomainEventType = DomainEvent["type"];
export type EventOf<Type extends DomainEventType> = Extract<DomainEvent, { type: Type }>;
