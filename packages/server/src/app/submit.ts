import type { CreateJob } from "@greenlight/contract/api";
import type { JobCfg } from "@greenlight/contract/job";
import { type Command, Rejection } from "../domain/commands.ts";
import type { JobState, PlannedStage } from "../domain/state.ts";
import { type CollectLimits, collectFiles } from "./collect-files.ts";
import type { CommandBus } from "./command-bus.ts";
import { composeBrief } from "./compile-brief.ts";
import { keyOf } from "./key-of.ts";
import type { BriefMedia } from "./ports/brief-media.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { Actor } from "./ports/operations.ts";
import type { SourceReader } from "./ports/source-reader.ts";

export type SubmitDeps = {
  readonly bus: CommandBus;
  readonly store: EventStore;
  readonly objects: ObjectStore;
  readonly ids: Ids;
  readonly log: Logger;
  readonly sources: SourceReader;
  readonly media: BriefMedia;
  readonly limits: CollectLimits;
  /** Fields laid under a `brief_config` or a free-text brief. */
  readonly brief_defaults: Readonly<Record<string, unknown>>;
  /** What every job takes along of the configuration. */
  readonly snapshot: Pick<JobCfg, "render" | "models" | "modules">;
  /** @throws Rejection pipeline_not_found */
  planFor(pipeline: string): readonly PlannedStage[];
};

/** Checks everything, stores the files, makes the job. Nothing is made unless all of it holds. */
export async function submitJob(
  request: CreateJob,
  actor: Actor,
  options: { readonly base_dir: string; readonly idempotency_key?: string },
  deps: SubmitDeps,
): Promise<JobState> {
  const requestHash = keyOf(request);
  const known = options.idempotency_key ? await deps.store.findKey(options.idempotency_key) : undefined;
  if (known) {
    const state = await replay(known, requestHash, deps);
    if (state) return state;
  }
  const plan = deps.planFor(request.pipeline);
  const brief = composeBrief(request, deps.brief_defaults);
  const files = await collectFiles(brief, options.base_dir, deps);
  const seed = request.seed ?? Number.parseInt(keyOf({ brief, files }).slice(0, 8), 16);
  let id = known?.job_id ?? deps.ids.next();
  if (options.idempotency_key) {
    const row = await deps.store.rememberKey(options.idempotency_key, requestHash, id);
    const state = row.job_id === id ? undefined : await replay(row, requestHash, deps);
    if (state) return state;
    id = row.job_id;
  }
  const command = {
    type: "create_job" as const,
    id,
    slug: request.slug,
    intent: request.intent,
    pipeline: request.pipeline,
    mode: request.mode,
    priority: request.priority,
    submitted_by: actor.name,
    cfg: { brief, files, ...deps.snapshot, seed },
    plan,
  };
  const state = await createOnce(command, actor, options.idempotency_key !== undefined, deps);

  deps.log.info("orchestrator", "job submitted", {
    job_id: id,
    slug: request.slug,
    pipeline: request.pipeline,
  });
  return state;
}

/**
 * The same request, sent twice at once, comes here twice with one id: whichever is first makes the job, and the other
 * is answered with it.
 */
async function createOnce(
  command: Extract<Command, { type: "create_job" }>,
  actor: Actor,
  keyed: boolean,
  deps: SubmitDeps,
): Promise<JobState> {
  try {
    return await deps.bus.handle(command.id, command, actor.origin);
  } catch (error) {
    const made = keyed && error instanceof Rejection ? await deps.store.load(command.id) : undefined;
    if (!made) throw error;
    return made;
  }
}

/** The job an earlier request with this key made; undefined if a crash came between key and job. */
async function replay(
  known: { request_hash: string; job_id: string },
  requestHash: string,
  deps: SubmitDeps,
): Promise<JobState | undefined> {
  if (known.request_hash !== requestHash)
    throw new Rejection("idempotency_conflict", "this Idempotency-Key was sent before with another body");
  return deps.store.load(known.job_id);
}
