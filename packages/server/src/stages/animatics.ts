import { join } from "node:path";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { joinSegments } from "@greenlight/media/render/join-segments";
import { buildTiming } from "@greenlight/media/timeline";
import type { FileRef } from "../app/ports/object-store.ts";
import type { InputArtifact, StageAdapter, StageContext } from "../app/ports/stage-adapter.ts";
import { sayElsewhere } from "./animatics/say-elsewhere.ts";
import { both } from "./film/encode-sound.ts";
import { previewSound } from "./film/preview-sound.ts";
import { asStageFailure, renderBeats } from "./film/render-film.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { type NoParams, noParams } from "./no-params.ts";
import { lengthsOf, speakBeats } from "./speech/speak.ts";

/**
 * A fast preview, small and coarse but true in timing, with the voice and without music: each beat as
 * `<beat>.mp4`, and all of them as `animatic.mp4`.
 */
export const animatics: StageAdapter<NoParams> = {
  name: "animatics",
  version: 7,
  params: noParams,
  reads: ["storyboard", "asset"],
  reads_cfg: ({ brief, render, modules }) => ({
    language: brief.language,
    voice: brief.voice ?? null,
    pacing: render.pacing,
    look: render.look,
    captions: render.captions,
    video: render.video,
    speech: [render.speech, modules.speech ?? null],
    profile: render.profiles[render.profile] ?? null,
    // What is told of notes names the words that other stages know.
    words: [render.directions?.words ?? null, modules.writer ?? null, modules.prompts ?? null],
  }),
  async run(ctx) {
    const board = await ctx.input("storyboard").json(storyboard);
    const heard = hearUnmet(ctx);
    const ids = board.beats.map(({ id }) => id);
    const { directions } = ctx.cfg.render;
    if (ctx.feedback.length > 0)
      for (const unmet of sayElsewhere(ctx.feedback, ids, directions?.words, ctx.providers.writer))
        heard.tell(unmet);
    const { video } = ctx.cfg.render;
    const fps = video.animatic_fps;
    const spoken = await speakBeats(ctx, board, [0, 0.1]);
    const timing = buildTiming(board, lengthsOf(spoken), ctx.cfg.render, fps);
    const { width, height } = previewSize(board, video.animatic_short_side);
    const rendering = renderBeats(ctx, {
      board,
      beats: timing.beats,
      cues: timing.cues,
      captions: ctx.cfg.render.captions,
      encode: { ...video, preset: video.animatic_preset, crf: video.animatic_crf, fps },
      fps,
      width,
      height,
      progress: [0.1, 0.8],
    });
    const [segments, sound] = await both(rendering, previewSound(ctx, timing, spoken));
    const joined = await joinPreview(ctx, sound, segments, fps);
    const media = { media_type: "video/mp4" };
    for (const [index, beat] of board.beats.entries()) {
      const segment = segments[index] as FileRef;
      await ctx.write("animatic", `${beat.id}.mp4`, segment, {
        ...media,
        meta: { made_by: "video:builtin@1", beat_id: beat.id },
        inputs: [ctx.input("storyboard"), ...scenesOf(ctx, board, index)].map(({ sha256 }) => sha256),
      });
    }
    await ctx.write("animatic", "animatic.mp4", joined, {
      ...media,
      meta: {
        made_by: "video:builtin@1",
        duration_s: timing.duration_s,
        width,
        height,
        fps,
        ...heard.meta(),
      },
    });
  },
};

/** The scene of a beat and, where it comes out of one, of the beat before. */
function scenesOf(ctx: StageContext, board: Storyboard, index: number): InputArtifact[] {
  return board.beats
    .slice(Math.max(0, index - 1), index + 1)
    .map((beat) => ctx.input("asset", `${beat.id}.json`));
}

/** Even numbers of pixels, the short side as configured. */
function previewSize(
  frame: { width: number; height: number },
  shortSide: number,
): { width: number; height: number } {
  const scale = Math.min(1, shortSide / Math.min(frame.width, frame.height));
  const even = (pixels: number) => 2 * Math.round((pixels * scale) / 2);
  return { width: even(frame.width), height: even(frame.height) };
}

function joinPreview(
  ctx: StageContext,
  sound: FileRef,
  segments: readonly FileRef[],
  fps: number,
): Promise<FileRef> {
  const { title } = ctx.cfg.brief;
  const key = { segments: segments.map((s) => s.sha256), sound: sound.sha256, title };
  return ctx.once("animatic@2", key, async () => {
    const out = join(ctx.workdir, "animatic.mp4");
    try {
      await joinSegments({
        segments: await Promise.all(segments.map((s) => ctx.open(s))),
        audio: await ctx.open(sound),
        chapters: [],
        metadata: { title: `${title} (animatic)` },
        fps,
        out,
        signal: ctx.signal,
      });
    } catch (error) {
      throw asStageFailure(error);
    }
    return ctx.store(out);
  });
}
