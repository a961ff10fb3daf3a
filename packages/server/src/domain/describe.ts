import type { DomainEvent } from "./events.ts";

/** One plain sentence for people who read the log. */
export function describe(event: DomainEvent): string {
  switch (event.type) {
    case "job_created":
      return `${event.payload.submitted_by} submitted ${event.payload.slug}`;
    case "job_started":
      return "A lane is free; the job runs";
    case "job_pause_requested":
      return `${event.payload.by} asked for a pause`;
    case "job_paused":
      return event.payload.reason === "rejected" ? "Paused after a reject" : `Paused by ${event.payload.by}`;
    case "job_resumed":
      return event.payload.rerun_from === null
        ? `${event.payload.by} resumed`
        : `${event.payload.by} resumed; ${event.payload.rerun_from} runs again`;
    case "job_completed":
      return "All stages are done";
    case "job_failed":
      return `Failed at ${event.stage}: ${event.payload.message}`;
    case "job_canceled":
      return `Canceled by ${event.payload.by}`;
    case "job_retried":
      return `${event.payload.by} retries from ${event.payload.from_stage}`;
    case "stage_started":
      return `${event.stage} started, attempt ${event.payload.attempt}`;
    case "stage_completed":
      return completed(event.stage, event.payload);
    case "stage_failed":
      return `${event.stage} failed: ${event.payload.message}`;
    case "stage_retrying":
      return `${event.stage} will be tried again at ${event.payload.retry_at}`;
    case "stage_interrupted":
      return `${event.stage} was interrupted (${event.payload.reason}) and will run again`;
    case "stage_skipped":
      return `${event.stage} skipped: ${event.payload.reason}`;
    case "gate_opened":
      return event.payload.waits ? `${event.stage} waits for a decision` : `${event.stage} passes its gate`;
    case "gate_approved":
      return `${event.payload.by} approved ${event.stage}${event.payload.final ? "" : "; more approvals are needed"}`;
    case "gate_auto_approved":
      return `${event.stage} approved by ${event.payload.by}`;
    case "gate_rejected":
      return rejected(event.stage, event.payload);
    case "gate_voided":
      return event.payload.by.length > 0
        ? `The approval of ${event.stage} by ${event.payload.by.join(", ")} no longer counts: ${event.payload.reason}`
        : `The gate ${event.stage} was closed: ${event.payload.reason}`;
    case "gate_reminded":
      return event.payload.timeout_at === null
        ? `${event.stage} still waits for a decision`
        : `${event.stage} still waits for a decision; its timer decides at ${event.payload.timeout_at}`;
    case "gate_rescheduled":
      return rescheduled(event.stage, event.payload);
    case "patch_applied":
      return `${event.payload.by} patched ${event.stage} (${event.payload.patch.type})`;
    case "artifact_created":
      return `${event.payload.artifact.name}, version ${event.payload.artifact.version}`;
    default:
      return event satisfies never;
  }
}

function rescheduled(
  stage: string,
  moved: { cause: string; step_ms: number; timeout_at: string | null; remind_at: string | null },
): string {
  const { cause, step_ms, timeout_at, remind_at } = moved;
  const next = timeout_at === null ? `reminds at ${remind_at}` : `decides at ${timeout_at}`;
  if (cause === "restart") return `After a restart the timer of ${stage} still ${next}`;
  const by = `${Math.abs(step_ms) / 1000} s ${step_ms > 0 ? "forward" : "back"}`;
  return `The clock was set ${by}; the timer of ${stage} now ${next}`;
}

function rejected(
  stage: string,
  {
    by,
    beats,
    cancels_job,
  }: { by: string; beats: readonly { beat_id: string | null }[]; cancels_job?: true },
): string {
  if (cancels_job) return `Nobody decided ${stage} in time: its ${by} cancels the job`;
  const which = beats.map((b) => b.beat_id).join(", ");
  return which === "" ? `${by} rejected ${stage}` : `${by} rejected ${which} of ${stage}`;
}

function completed(
  stage: string,
  done: {
    from_cache: boolean;
    items_built: number;
    items_reused: number;
    patches_not_applied: readonly unknown[];
    feedback_unmet: readonly string[];
  },
): string {
  const reused = done.from_cache
    ? " from cache"
    : done.items_reused > 0
      ? `, ${done.items_built} built, ${done.items_reused} reused`
      : "";
  const lost = done.patches_not_applied.length;
  const conflicts = lost > 0 ? `; ${lost} kept patch${lost > 1 ? "es" : ""} no longer applied` : "";
  const unmet = done.feedback_unmet.map((wish) => `; not honoured: ${wish}`).join("");
  return `${stage} done${reused}${conflicts}${unmet}`;
}
