import type { Artifact } from "@greenlight/contract/artifact";
import type { DomainEvent } from "../events.ts";
import type { PlannedStage } from "../state.ts";

/**
 * What was approved and what stands, kept from the log alone and without a line of the code that decides it, so that
 * a wrong rule there is not believed here.
 */
export class ApprovalLedger {
  readonly #plan: readonly PlannedStage[];
  readonly #artifacts = new Map<string, Artifact>();
  /** Sha256s as approved, in order. */
  readonly #approved = new Map<string, readonly string[]>();
  /** Stages that are to run again with a patch that was approved before it was made. */
  readonly #ahead = new Set<string>();
  readonly #remaking = new Set<string>();

  constructor(plan: readonly PlannedStage[], log: readonly DomainEvent[]) {
    this.#plan = plan;
    for (const event of log) this.#note(event);
  }

  /** Stages with a gate whose approval does not cover what stands there. */
  uncovered(stages: readonly string[]): string[] {
    return stages.filter(
      (stage) =>
        this.#plan.some((p) => p.id === stage && p.gate !== null) &&
        JSON.stringify(this.#approved.get(stage)) !== JSON.stringify(this.#standing(stage)),
    );
  }

  #standing(stage: string): string[] {
    return [...this.#artifacts.values()].filter((a) => a.stage === stage).map((a) => a.sha256);
  }

  #note(event: DomainEvent): void {
    switch (event.type) {
      case "artifact_created":
        this.#artifacts.set(event.payload.artifact.id, event.payload.artifact);
        break;
      case "gate_opened":
      case "gate_voided":
      case "gate_rejected":
        this.#approved.delete(event.stage);
        this.#ahead.delete(event.stage);
        break;
      case "gate_approved":
      case "gate_auto_approved":
        if (event.type === "gate_approved" && !event.payload.final) break;
        this.#approved.set(event.stage, event.payload.artifact_sha256s);
        if (this.#remaking.has(event.stage)) this.#ahead.add(event.stage);
        break;
      case "patch_applied":
        if (event.payload.effect === "rebuild") this.#remaking.add(event.stage);
        if (event.payload.stale_from !== null) this.#back(event.payload.stale_from);
        break;
      case "job_retried":
        this.#back(event.payload.from_stage);
        break;
      case "job_resumed":
        if (event.payload.rerun_from !== null) this.#back(event.payload.rerun_from);
        else if (event.stage !== null && event.payload.notes) this.#ahead.delete(event.stage);
        break;
      case "stage_completed":
        for (const id of event.payload.artifacts_dropped) this.#artifacts.delete(id);
        if (this.#ahead.delete(event.stage) && event.payload.patches_not_applied.length === 0)
          this.#approved.set(event.stage, this.#standing(event.stage));
        this.#remaking.delete(event.stage);
        break;
    }
  }

  #back(from: string): void {
    for (const { id } of this.#plan.slice(this.#plan.findIndex((p) => p.id === from))) this.#ahead.delete(id);
  }
}
