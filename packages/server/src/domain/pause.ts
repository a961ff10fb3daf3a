import { type Command, Rejection } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { requireStatus } from "./require-status.ts";
import type { AskedPause } from "./state.ts";

/**
 * A person's hold on a job: `asked` while an attempt runs, then `paused` once it has ended, until a resume. Both are in
 * the log, so they outlive a crash. While either stands no stage starts, no gate opens and no timer runs, so nothing but
 * a person pushes the job on. A gate that was open closes and keeps the approvals it has; on resume it opens again with all
 * of its time.
 */
export function pauseJob(draft: Draft, command: Extract<Command, { type: "pause_job" }>): void {
  const { by, now, notes = null } = command;
  requireStatus(draft.state, "pause", "running", "needs_approval");
  if (draft.state.running === null)
    return draft.emit("job_paused", draft.current?.id ?? null, { by, reason: "operator", notes });
  // A second request may still make it urgent; asking again for the same is refused, so that no log fills up.
  if (draft.state.pause_requested && (!now || draft.state.pause_requested.now))
    throw new Rejection(
      "invalid_transition",
      "a pause was asked for already; the job pauses when its attempt ends",
    );
  draft.emit("job_pause_requested", null, { by, now, notes });
}

/** Pauses the job now that what it waited for has ended, in the name of whoever asked. */
export function pauseAsAsked(draft: Draft, { by, notes, origin }: AskedPause): void {
  const stage = draft.current?.id ?? null;
  draft.emit("job_paused", stage, { by, reason: "operator", notes }, origin);
}
