import { research as researchSchema } from "@greenlight/contract/documents";
import type { StageAdapter } from "../app/ports/stage-adapter.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { readSources, sourceHashes, sourcesKey } from "./research/read-sources.ts";

/** The sources as passages with place and hash. Writes `research.json`. */
export const research: StageAdapter<NoParams> = {
  name: "research",
  version: 1,
  params: noParams,
  reads: [],
  reads_cfg: sourcesKey,
  async run(ctx) {
    const made = researchSchema.parse(await readSources(ctx));
    const passages = made.sources.reduce((sum, source) => sum + source.passages.length, 0);
    await ctx.write("research_data", "research.json", asJson(made), {
      media_type: "application/json",
      meta: { made_by: "sources:builtin@1", sources: made.sources.length, passages },
      inputs: sourceHashes(ctx.cfg, made),
    });
    ctx.progress(1, `${passages} passages of ${made.sources.length} sources`);
  },
};
