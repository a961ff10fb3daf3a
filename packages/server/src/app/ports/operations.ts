import type { Role } from "@greenlight/contract/access";
import type {
  CreateJob,
  Decision,
  PauseJob,
  RejectDecision,
  ResumeJob,
  RetryJob,
} from "@greenlight/contract/api";
import type { Origin } from "@greenlight/contract/origin";
import type { Patch } from "@greenlight/contract/patch";
import type { JobState } from "../../domain/state.ts";

/** Who asks, and from where. Only an admin may set `by` to another name. */
export type Actor = { readonly name: string; readonly role: Role; readonly origin: Origin };

/** Everything an operator can ask for. Every method throws Rejection (nothing changed) or resolves with the new state. */
export interface Operations {
  /**
   * Checks the whole request, stores the files its brief names, makes the job. `base_dir` is the folder a source's
   * `path` is relative to and may not leave. A known idempotency key with the same body returns the job it made.
   */
  submit(
    request: CreateJob,
    actor: Actor,
    options: { readonly base_dir: string; readonly idempotency_key?: string },
  ): Promise<JobState>;
  approve(jobId: string, decision: Decision, actor: Actor): Promise<JobState>;
  reject(jobId: string, decision: RejectDecision, actor: Actor): Promise<JobState>;
  resume(jobId: string, request: ResumeJob, actor: Actor): Promise<JobState>;
  pause(jobId: string, request: PauseJob, actor: Actor): Promise<JobState>;
  cancel(jobId: string, notes: string | null, actor: Actor): Promise<JobState>;
  retry(jobId: string, request: RetryJob, actor: Actor): Promise<JobState>;
  applyPatch(jobId: string, stage: string, patch: Patch, actor: Actor): Promise<JobState>;
}
