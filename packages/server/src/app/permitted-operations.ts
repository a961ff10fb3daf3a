import type { Action } from "@greenlight/contract/access";
import { requireRole } from "../domain/roles.ts";
import type { Actor, Operations } from "./ports/operations.ts";

/**
 * The same operations, each refused (`role_not_allowed`, nothing changed) to an actor whose role does not reach it.
 * Every path that drives the engine holds operations that came through here.
 */
export function permittedOperations(operations: Operations): Operations {
  const permit = async <Result>(
    actor: Actor,
    action: Action,
    run: () => Promise<Result>,
  ): Promise<Result> => {
    requireRole(actor.role, action);
    return run();
  };
  return {
    submit: (request, actor, options) =>
      permit(actor, "submit", () => operations.submit(request, actor, options)),
    approve: (jobId, decision, actor) =>
      permit(actor, "approve", () => operations.approve(jobId, decision, actor)),
    reject: (jobId, decision, actor) =>
      permit(actor, "reject", () => operations.reject(jobId, decision, actor)),
    resume: (jobId, request, actor) =>
      permit(actor, "resume", () => operations.resume(jobId, request, actor)),
    pause: (jobId, request, actor) => permit(actor, "pause", () => operations.pause(jobId, request, actor)),
    cancel: (jobId, notes, actor) => permit(actor, "cancel", () => operations.cancel(jobId, notes, actor)),
    retry: (jobId, request, actor) => permit(actor, "retry", () => operations.retry(jobId, request, actor)),
    applyPatch: (jobId, stage, patch, actor) =>
      permit(actor, "apply_patch", () => operations.applyPatch(jobId, stage, patch, actor)),
  };
}
