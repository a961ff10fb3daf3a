import { createHash } from "node:crypto";
import type { CreateJob, Decision, PauseJob, ResumeJob } from "@greenlight/contract/api";
import type { Patch } from "@greenlight/contract/patch";
import type { Actor, Operations } from "../../app/ports/operations.ts";
import { Rejection } from "../../domain/commands.ts";
import type { JobState } from "../../domain/state.ts";
import { eventOf, queuedJob, START, uuidAt } from "./fake-jobs.ts";
import type { MemoryStore } from "./memory-store.ts";

/** Enough of the domain's answers to hold HTTP to: a decision once, a patch that may change nothing, keys. */
export class FakeOperations implements Operations {
  readonly calls: { name: string; args: unknown[] }[] = [];
  readonly #store: MemoryStore;
  #counter = 0;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async submit(
    request: CreateJob,
    actor: Actor,
    options: { base_dir: string; idempotency_key?: string },
  ): Promise<JobState> {
    this.calls.push({ name: "submit", args: [request, actor, options] });
    const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
    const key = options.idempotency_key;
    const known = key === undefined ? undefined : await this.#store.findKey(key);
    if (known !== undefined && known.request_hash !== hash)
      throw new Rejection("idempotency_conflict", "This key was used for another request.");
    if (known !== undefined) return this.#job(known.job_id);
    const id = uuidAt(START, ++this.#counter);
    if (key !== undefined) await this.#store.rememberKey(key, hash, id);
    const { slug, intent, pipeline, mode, priority } = request;
    const state = queuedJob(id, { slug, intent, pipeline, mode, priority });
    this.#store.jobs.set(id, state);
    this.#store.commit(eventOf(id, 1, uuidAt(START, 1000 + this.#counter), { status: "queued" }));
    return state;
  }

  async approve(jobId: string, decision: Decision, actor: Actor): Promise<JobState> {
    return this.#decide(jobId, decision, actor, true);
  }

  async reject(jobId: string, decision: Decision, actor: Actor): Promise<JobState> {
    return this.#decide(jobId, decision, actor, false);
  }

  async resume(jobId: string, request: ResumeJob, actor: Actor): Promise<JobState> {
    return this.#move("resume", jobId, [request, actor], ["paused"], { status: "running" });
  }

  async pause(jobId: string, request: PauseJob, actor: Actor): Promise<JobState> {
    return this.#move("pause", jobId, [request, actor], ["running", "queued"], { status: "paused" });
  }

  async cancel(jobId: string, notes: string | null, actor: Actor): Promise<JobState> {
    const open = ["queued", "running", "paused", "needs_approval"];
    return this.#move("cancel", jobId, [notes, actor], open, { status: "canceled" });
  }

  async retry(jobId: string, request: { from_stage?: string | undefined }, actor: Actor): Promise<JobState> {
    return this.#move("retry", jobId, [request, actor], ["failed", "completed", "canceled"], {
      status: "queued",
    });
  }

  async applyPatch(jobId: string, stage: string, patch: Patch, actor: Actor): Promise<JobState> {
    this.calls.push({ name: "applyPatch", args: [jobId, stage, patch, actor] });
    if (patch.type === "text_replace" && patch.replacements.every((one) => one.old === one.new))
      throw new Rejection("patch_no_change", "Every replacement is what it replaces.");
    return this.#job(jobId);
  }

  #decide(jobId: string, decision: Decision, actor: Actor, approved: boolean): JobState {
    this.calls.push({ name: approved ? "approve" : "reject", args: [jobId, decision, actor] });
    const state = this.#job(jobId);
    const gate = state.gates.find((one) => one.stage === decision.stage);
    if (gate === undefined) throw new Rejection("gate_not_open", "No gate is open at this stage.");
    if (gate.approved !== null) throw new Rejection("gate_already_decided", `Decided by ${gate.by}.`);
    if (actor.origin.link_id !== null) this.#store.spentLinks.set(actor.origin.link_id, START);
    return this.#change(jobId, {
      status: approved ? "running" : "paused",
      gates: [
        {
          ...gate,
          approved,
          by: decision.by ?? actor.name,
          at: new Date(START).toISOString(),
          notes: decision.notes ?? null,
          patch: decision.patch ?? null,
        },
      ],
      timers: [],
    });
  }

  #move(
    name: string,
    jobId: string,
    args: unknown[],
    from: readonly string[],
    over: Partial<JobState>,
  ): JobState {
    this.calls.push({ name, args: [jobId, ...args] });
    const { status } = this.#job(jobId);
    if (!from.includes(status)) throw new Rejection("invalid_transition", `The job is ${status}.`);
    return this.#change(jobId, over);
  }

  #change(jobId: string, over: Partial<JobState>): JobState {
    const state = { ...this.#job(jobId), ...over };
    this.#store.jobs.set(jobId, state);
    return state;
  }

  #job(jobId: string): JobState {
    const state = this.#store.jobs.get(jobId);
    if (state === undefined) throw new Rejection("job_not_found", "No job has this id.");
    return state;
  }
}
