import { outline as outlineSchema } from "@greenlight/contract/documents";
import type { StageAdapter } from "../app/ports/stage-adapter.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { readSources, sourceHashes, sourcesKey } from "./research/read-sources.ts";
import { speechSecondsOf } from "./speech/speak.ts";

/** Sections with target lengths, from the brief and its sources. Writes `outline.json`. */
export const outline: StageAdapter<NoParams> = {
  name: "outline",
  version: 2,
  params: noParams,
  reads: [],
  reads_cfg: (cfg) => ({
    brief: cfg.brief,
    files: sourcesKey(cfg),
    pacing: cfg.render.pacing,
    speech: cfg.render.speech,
    profile: cfg.render.profiles[cfg.render.profile] ?? null,
    models: cfg.models,
    modules: cfg.modules,
  }),
  async run(ctx) {
    const research = await readSources(ctx);
    const { writer } = ctx.providers;
    const unmet = hearUnmet(ctx);
    const unused = writer.briefUnused?.(ctx.cfg) ?? [];
    if (unused.length > 0)
      ctx.log.warn("stage", `${writer.id} does not use these fields of the brief: ${unused.join(", ")}`);
    const made = outlineSchema.parse(
      await writer.outline({
        cfg: ctx.cfg,
        research,
        feedback: ctx.feedback,
        speechSeconds: speechSecondsOf(ctx),
        tell: unmet.tell,
        signal: ctx.signal,
      }),
    );
    await ctx.write("outline", "outline.json", asJson(made), {
      media_type: "application/json",
      meta: {
        made_by: writer.id,
        sections: made.sections.length,
        target_s: made.target_s,
        brief_unused: unused,
        ...unmet.meta(),
      },
      inputs: sourceHashes(ctx.cfg, research),
    });
    ctx.progress(1, `${made.sections.length} sections, ${made.target_s} s`);
  },
};
