import { keyOf } from "./key-of.ts";
import type { BuildCache } from "./ports/build-cache.ts";
import type { Logger } from "./ports/logger.ts";
import type { FileRef, ObjectStore } from "./ports/object-store.ts";
import type { Providers } from "./ports/providers.ts";
import type { InputArtifact, MapOptions } from "./ports/stage-adapter.ts";
import { type StageAdapter, type StageContext, StageFailure } from "./ports/stage-adapter.ts";
import type { StageOutput, StageReports, StageRequest } from "./ports/stage-executor.ts";

export type ContextDeps = {
  readonly objects: ObjectStore;
  readonly cache: BuildCache;
  readonly providers: Providers;
  readonly workdir: string;
};

/** What one attempt gathered: its outputs in the order written, and how much of its work was known already. */
export type Gathered = { readonly outputs: StageOutput[]; built: number; reused: number };

/** Every object a cached JSON value refers to. */
function referredTo(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  const own = (value as { sha256?: unknown }).sha256;
  return [...(typeof own === "string" ? [own] : []), ...Object.values(value).flatMap(referredTo)];
}

export async function createStageContext(
  request: StageRequest,
  adapter: StageAdapter,
  deps: ContextDeps,
  reports: StageReports,
  signal: AbortSignal,
): Promise<{ ctx: StageContext; gathered: Gathered }> {
  const { objects, cache, workdir } = deps;
  const gathered: Gathered = { outputs: [], built: 0, reused: 0 };
  const scope = { adapter: adapter.name, version: adapter.version, seed: request.cfg.seed };
  const inputs = await openInputs(request, adapter, objects);
  const read = [...new Set(inputs.map((input) => input.sha256))];

  const underWay = new Map<string, Promise<unknown>>();

  /** The result of `fn`, from the cache if it is there; asked for twice at once, it is made once. */
  async function known<Result>(cacheKey: string, fn: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const same = underWay.get(cacheKey);
    if (same) {
      const value = (await same) as Result;
      gathered.reused += 1;
      return value;
    }
    const making = lookUpOrMake(cacheKey, fn).finally(() => underWay.delete(cacheKey));
    underWay.set(cacheKey, making);
    return making;
  }

  async function lookUpOrMake<Result>(cacheKey: string, fn: () => Promise<Result>): Promise<Result> {
    const entry = await cache.get(cacheKey);
    if (entry) {
      gathered.reused += 1;
      return entry.value as Result;
    }
    const value = await fn();
    await cache.put({ key: cacheKey, value, sha256s: referredTo(value) });
    gathered.built += 1;
    return value;
  }

  async function map<Item, Result>(
    items: readonly Item[],
    options: MapOptions<Item>,
    fn: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const results: Result[] = new Array(items.length);
    const [from, to] = options.progress ?? [0, 1];
    let next = 0;
    let done = 0;
    let broken = false;
    const lane = async () => {
      while (next < items.length && !broken) {
        const index = next++;
        const item = items[index] as Item;
        const key = options.key ? options.key(item, index) : item;
        results[index] = await known(keyOf({ ...scope, name: options.name, key }), () =>
          withRetries(options.retries ?? 0, signal, () => fn(item, index)),
        );
        done += 1;
        reports.progress(
          from + ((to - from) * done) / items.length,
          `${options.name} ${done}/${items.length}`,
        );
      }
    };
    const lanes = Array.from({ length: Math.min(Math.max(1, options.concurrency ?? 1), items.length) }, () =>
      lane().catch((error: unknown) => {
        broken = true;
        throw error;
      }),
    );
    const settled = await Promise.allSettled(lanes);
    for (const result of settled) if (result.status === "rejected") throw result.reason;
    return results;
  }

  const ctx: StageContext = {
    job: request.job,
    stage: request.stage,
    attempt: request.attempt,
    cfg: request.cfg,
    seed: request.cfg.seed,
    feedback: request.feedback,
    patches: request.patches,
    uploads: request.uploads,
    signal,
    log: loggerOf(reports),
    providers: deps.providers,
    workdir,
    inputs: (kind) => inputs.filter((i) => i.kind === kind),
    input(kind, name) {
      const found = inputs.find((i) => i.kind === kind && (name === undefined || i.name === name));
      if (!found)
        throw new StageFailure(
          "terminal",
          "artifact_not_found",
          `${request.stage} needs an artifact of kind ${kind}${name ? ` named ${name}` : ""}; no earlier stage made one`,
        );
      return found;
    },
    progress: (fraction, message) => reports.progress(Math.min(1, Math.max(0, fraction)), message),
    async write(kind, name, data, { media_type, meta, inputs: from }) {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      const stored = bytes instanceof Uint8Array ? await objects.put(bytes) : bytes;
      const { sha256, size_bytes } = stored;
      gathered.outputs.push({
        kind,
        name,
        sha256,
        size_bytes,
        media_type,
        meta: { ...meta, inputs: [...(from ?? read)] },
      });
    },
    store: (path) => objects.putFile(path),
    open: (ref: FileRef) => objects.localPath(ref.sha256),
    map,
    once: (name, key, fn) => known(keyOf({ once: name, key }), fn),
  };

  return { ctx, gathered };
}

/** A stage's own log: logs/<stage>.log has one file a stage, so the tag says nothing more. */
function loggerOf(reports: StageReports): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error"): Logger["info"] =>
    (_tag, message, fields) =>
      reports.log({ level, message, ...(fields && { fields }) });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The inputs that the adapter reads, each with its local path looked up. */
async function openInputs(
  request: StageRequest,
  adapter: StageAdapter,
  objects: ObjectStore,
): Promise<InputArtifact[]> {
  const wanted = request.inputs.filter((input) => adapter.reads.includes(input.kind));
  return Promise.all(
    wanted.map(async (input) => {
      const bytes = () => objects.read(input.sha256);
      const text = async () => new TextDecoder().decode(await bytes());
      return {
        ...input,
        file: await objects.localPath(input.sha256),
        bytes,
        text,
        json: async <T>(schema: { parse(value: unknown): T }) => schema.parse(JSON.parse(await text())),
      };
    }),
  );
}

async function withRetries<T>(retries: number, signal: AbortSignal, fn: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await fn();
    } catch (error) {
      const again = error instanceof StageFailure && error.kind === "retryable" && tries < retries;
      if (!again || signal.aborted) throw error;
    }
  }
}
