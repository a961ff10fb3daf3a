import { research } from "@greenlight/contract/documents";
import { storyboard as storyboardSchema } from "@greenlight/contract/storyboard";
import type { StageAdapter } from "../app/ports/stage-adapter.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { speechSecondsOf } from "./speech/speak.ts";

/** Beats bound to the sentences they speak, with the measured length of their speech. Writes `storyboard.json`. */
export const storyboard: StageAdapter<NoParams> = {
  name: "storyboard",
  version: 4,
  params: noParams,
  reads: ["script", "research_data"],
  reads_cfg: (cfg) => ({
    brief: cfg.brief,
    pacing: cfg.render.pacing,
    fps: cfg.render.video.fps,
    speech: cfg.render.speech,
    profile: cfg.render.profiles[cfg.render.profile] ?? null,
    models: cfg.models,
    modules: cfg.modules,
  }),
  async run(ctx) {
    const { writer, speech } = ctx.providers;
    const unmet = hearUnmet(ctx);
    const made = storyboardSchema.parse(
      await writer.storyboard({
        cfg: ctx.cfg,
        slug: ctx.job.slug,
        script: await ctx.input("script").text(),
        research: await ctx.input("research_data").json(research),
        feedback: ctx.feedback,
        speechSeconds: speechSecondsOf(ctx),
        tell: unmet.tell,
        signal: ctx.signal,
      }),
    );
    const duration_s = made.beats.reduce((sum, beat) => sum + beat.duration_s, 0);
    await ctx.write("storyboard", "storyboard.json", asJson(made), {
      media_type: "application/json",
      meta: {
        made_by: writer.id,
        speech_by: speech.id,
        beats: made.beats.length,
        duration_s: Math.round(duration_s * 1000) / 1000,
        ...unmet.meta(),
      },
    });
    ctx.progress(1, `${made.beats.length} beats, ${duration_s.toFixed(1)} s`);
  },
};
