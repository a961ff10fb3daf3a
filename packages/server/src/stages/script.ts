import { outline, research } from "@greenlight/contract/documents";
import type { StageAdapter } from "../app/ports/stage-adapter.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { type NoParams, noParams } from "./no-params.ts";
import { speechSecondsOf } from "./speech/speak.ts";

/** Narration per section with citations. Writes `script.md`. */
export const script: StageAdapter<NoParams> = {
  name: "script",
  version: 4,
  params: noParams,
  reads: ["outline", "research_data"],
  reads_cfg: (cfg) => ({
    brief: cfg.brief,
    pacing: cfg.render.pacing,
    speech: cfg.render.speech,
    profile: cfg.render.profiles[cfg.render.profile] ?? null,
    models: cfg.models,
    modules: cfg.modules,
  }),
  async run(ctx) {
    const { writer } = ctx.providers;
    const heard = hearUnmet(ctx);
    const made = await writer.script({
      cfg: ctx.cfg,
      outline: await ctx.input("outline").json(outline),
      research: await ctx.input("research_data").json(research),
      feedback: ctx.feedback,
      speechSeconds: speechSecondsOf(ctx),
      tell: heard.tell,
      signal: ctx.signal,
    });
    await ctx.write("script", "script.md", made, {
      media_type: "text/markdown",
      meta: { made_by: writer.id, ...heard.meta() },
    });
    ctx.progress(
      1,
      heard.unmet.length === 0 ? "Script written" : `Script written; not honoured: ${heard.unmet.join("; ")}`,
    );
  },
};
