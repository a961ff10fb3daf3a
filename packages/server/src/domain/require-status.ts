import { Rejection } from "./commands.ts";
import type { JobState } from "./state.ts";

/** Refuses unless the job has one of these statuses; `verb` completes "cannot …". @throws Rejection invalid_transition */
export function requireStatus(state: JobState, verb: string, ...allowed: JobState["status"][]): void {
  if (!allowed.includes(state.status))
    throw new Rejection(
      "invalid_transition",
      `cannot ${verb} a job that is ${state.status}; it must be ${allowed.join(" or ")}`,
    );
}
