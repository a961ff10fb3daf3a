import { readFile } from "node:fs/promises";
import type { BriefSource } from "@greenlight/contract/brief";
import type { Research } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import type { SourceText } from "../../app/ports/source-reader.ts";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";
import { toResearch } from "./passages.ts";

/** The brief's sources; a brief without any is its own source, in its notes or, failing those, its intent. */
export function sourcesOf(cfg: JobCfg): readonly BriefSource[] {
  const { sources, notes, intent, title } = cfg.brief;
  return sources.length > 0 ? sources : [{ text: notes ?? intent, title }];
}

/** What reading the sources depends on: part of the key of every stage that reads them. */
export const sourcesKey = (cfg: JobCfg) => ({
  sources: sourcesOf(cfg).map((source) => ({
    ...source,
    sha256: source.path === undefined ? null : (cfg.files[source.path]?.sha256 ?? null),
  })),
  language: cfg.brief.language,
});

/** What a stage that reads the sources was given: the hash of each source's file, or of its text where it has none. */
export const sourceHashes = (cfg: JobCfg, { sources }: Research): string[] =>
  sourcesOf(cfg).flatMap(({ path }, i) => cfg.files[path ?? ""]?.sha256 ?? sources[i]?.sha256 ?? []);

async function readOne(ctx: StageContext, source: BriefSource): Promise<SourceText> {
  const { path } = source;
  if (path === undefined) return ctx.providers.sources.read(source, null, ctx.signal);
  const file = ctx.cfg.files[path];
  if (file === undefined) {
    throw new StageFailure(
      "needs_operator",
      "source_missing",
      `The source "${path}" was not stored with the job.`,
    );
  }
  const bytes = await readFile(await ctx.open({ sha256: file.sha256, size_bytes: file.size_bytes }));
  return ctx.providers.sources.read(source, { bytes, media_type: file.media_type }, ctx.signal);
}

/** The job's sources as passages. Each source is read once per job; a page is not fetched again by a later stage. */
export async function readSources(ctx: StageContext): Promise<Research> {
  const sources = sourcesOf(ctx.cfg);
  const texts: SourceText[] = [];
  for (const [i, source] of sources.entries()) {
    const sha256 = source.path === undefined ? null : (ctx.cfg.files[source.path]?.sha256 ?? null);
    const job = source.url === undefined ? null : ctx.job.id;
    texts.push(await ctx.once("source@1", { source, sha256, job }, () => readOne(ctx, source)));
    ctx.progress(((i + 1) / sources.length) * 0.8, `Read source ${i + 1} of ${sources.length}`);
  }
  return toResearch(texts, ctx.cfg.brief.language);
}
