import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Rejection } from "../domain/commands.ts";
import { keyOf } from "./key-of.ts";
import type { BuildCache } from "./ports/build-cache.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { ProviderFactory } from "./ports/providers.ts";
import type { StageAdapter } from "./ports/stage-adapter.ts";
import { StageFailure } from "./ports/stage-adapter.ts";
import type { StageOutcome, StageOutput, StageReports, StageRequest } from "./ports/stage-executor.ts";
import { createStageContext } from "./stage-context.ts";

export type ExecuteDeps = {
  readonly adapters: ReadonlyMap<string, StageAdapter>;
  readonly objects: ObjectStore;
  readonly cache: BuildCache;
  readonly providers: ProviderFactory;
  /** Folder for the attempts' scratch folders. */
  readonly scratch: string;
};

/**
 * Runs one attempt in this process. The whole stage is keyed by adapter, version, parameters, input hashes, the
 * configuration it reads, seed, feedback and patches: a known key links the stored outputs in. Never throws.
 */
export async function executeStage(
  request: StageRequest,
  deps: ExecuteDeps,
  reports: StageReports,
  signal: AbortSignal,
): Promise<StageOutcome> {
  let workdir: string | undefined;
  try {
    const adapter = deps.adapters.get(request.uses);
    if (!adapter)
      throw new StageFailure("terminal", "stage_not_found", `no stage adapter is named ${request.uses}`);
    const params = parsed(adapter, request);
    const key = stageKey(request, adapter, params);
    const cached = await deps.cache.get(key);
    if (cached) {
      const outputs = cached.value as StageOutput[];
      return { ok: true, outputs, from_cache: true, items_built: 0, items_reused: 0 };
    }
    workdir = await mkdtemp(join(deps.scratch, `${request.stage}-`));
    const providers = deps.providers(request.cfg);
    const { ctx, gathered } = await createStageContext(
      request,
      adapter,
      { ...deps, providers, workdir },
      reports,
      signal,
    );
    // A stage that listens for the abort would not hear of one that has been.
    signal.throwIfAborted();
    await adapter.run(ctx, params);
    signal.throwIfAborted();
    const { outputs, built, reused } = gathered;
    await deps.cache.put({ key, value: outputs, sha256s: outputs.map((o) => o.sha256) });
    return { ok: true, outputs, from_cache: false, items_built: built, items_reused: reused };
  } catch (error) {
    if (signal.aborted) return { ok: "aborted" };
    return failed(error, reports);
  } finally {
    // What a stage left running may still write here; the folder is emptied at the next start at the latest.
    if (workdir)
      await rm(workdir, { recursive: true, force: true, maxRetries: 3 }).catch((error: Error) =>
        reports.log({ level: "warn", message: "the scratch folder stays", fields: { stack: error.stack } }),
      );
  }
}

/** @throws StageFailure terminal: the same parameters would be refused again. */
function parsed(adapter: StageAdapter, request: StageRequest): Record<string, unknown> {
  try {
    return adapter.params.parse(request.with);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StageFailure(
      "terminal",
      "invalid_config",
      `the parameters of ${request.stage} are not valid: ${why}`,
    );
  }
}

/** Raised when more is kept of an output than before: what was stored without it is made anew. */
const RECORD = 2;

function stageKey(request: StageRequest, adapter: StageAdapter, params: unknown): string {
  return keyOf({
    record: RECORD,
    adapter: adapter.name,
    version: adapter.version,
    params,
    inputs: request.inputs
      .filter((i) => adapter.reads.includes(i.kind))
      .map(({ stage, kind, name, sha256 }) => ({ stage, kind, name, sha256 })),
    cfg: adapter.reads_cfg(request.cfg),
    seed: request.cfg.seed,
    slug: request.job.slug,
    feedback: request.feedback,
    patches: request.patches,
    uploads: request.uploads,
  });
}

function failed(error: unknown, reports: StageReports): StageOutcome {
  if (error instanceof StageFailure)
    return { ok: false, kind: error.kind, code: error.code, message: error.message };
  // The material or the configuration is at fault: trying again would meet the same.
  if (error instanceof Rejection)
    return { ok: false, kind: "terminal", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  reports.log({
    level: "error",
    message,
    fields: { stack: error instanceof Error ? error.stack : undefined },
  });
  return { ok: false, kind: "retryable", code: "stage_failed", message };
}
