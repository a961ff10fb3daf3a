import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Timing, timing as timingSchema } from "@greenlight/contract/documents";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { joinSegments } from "@greenlight/media/render/join-segments";
import { sceneStill } from "@greenlight/media/render/scene-still";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import type { FileRef } from "../app/ports/object-store.ts";
import type { InputArtifact, StageAdapter, StageContext } from "../app/ports/stage-adapter.ts";
import { filmPlan } from "./film/beat-requests.ts";
import { both, encodeSound } from "./film/encode-sound.ts";
import { asStageFailure, renderBeats } from "./film/render-film.ts";
import { type NoParams, noParams } from "./no-params.ts";

/** When in its first beat the film's thumbnail is taken: the fraction at which a title stands complete. */
const THUMBNAIL_AT = 0.8;

/**
 * The final film at full resolution, `<slug>.mp4`: beats rendered in parallel and the mix beside them, each encoded
 * once and joined without encoding again, with a soft caption track and chapters; and `thumbnail.png`.
 */
export const assemble: StageAdapter<NoParams> = {
  name: "assemble",
  version: 4,
  params: noParams,
  reads: ["storyboard", "asset", "timing", "mix"],
  reads_cfg: ({ brief, render }) => ({
    title: brief.title,
    intent: brief.intent,
    pacing: render.pacing,
    look: render.look,
    captions: render.captions,
    video: render.video,
  }),
  async run(ctx) {
    const board = await ctx.input("storyboard").json(storyboard);
    const times = await ctx.input("timing").json(timingSchema);
    const plan = filmPlan(ctx.cfg.render, board, times);
    const [segments, sound] = await both(
      renderBeats(ctx, { ...plan, progress: [0, 0.93] }),
      encodeSound(ctx, ctx.input("mix")),
    );
    ctx.progress(0.94, "joining");
    const began = performance.now();
    const film = await joinFilm(ctx, board, times, segments, sound);
    ctx.log.info("stage", "film joined", { ms: Math.round(performance.now() - began) });
    const thumbnail = await drawThumbnail(ctx, board);
    const meta = { made_by: "video:builtin@1" };
    await ctx.write("video", `${ctx.job.slug}.mp4`, film, {
      media_type: "video/mp4",
      meta: {
        ...meta,
        duration_s: times.duration_s,
        width: board.width,
        height: board.height,
        fps: board.fps,
      },
    });
    await ctx.write("thumbnail", "thumbnail.png", thumbnail, {
      media_type: "image/png",
      meta,
      inputs: [firstScene(ctx, board).sha256],
    });
  },
};

async function joinFilm(
  ctx: StageContext,
  board: Storyboard,
  times: Timing,
  segments: readonly FileRef[],
  sound: FileRef,
): Promise<FileRef> {
  const out = join(ctx.workdir, "film.mp4");
  try {
    await joinSegments({
      segments: await Promise.all(segments.map((segment) => ctx.open(segment))),
      audio: await ctx.open(sound),
      subtitles: { cues: times.cues, language: board.language },
      chapters: chaptersOf(board, times),
      metadata: { title: ctx.cfg.brief.title, comment: ctx.cfg.brief.intent },
      fps: board.fps,
      out,
      signal: ctx.signal,
    });
  } catch (error) {
    throw asStageFailure(error);
  }
  return ctx.store(out);
}

/** A chapter for each run of beats of one section. */
function chaptersOf(board: Storyboard, times: Timing): { title: string; start_s: number; end_s: number }[] {
  const chapters: { title: string; start_s: number; end_s: number }[] = [];
  for (const [index, { section }] of board.beats.entries()) {
    const time = times.beats[index];
    if (!time) continue;
    const last = chapters.at(-1);
    if (last?.title === section) last.end_s = time.end_s;
    else chapters.push({ title: section, start_s: time.start_s, end_s: time.end_s });
  }
  return chapters;
}

function firstScene(ctx: StageContext, board: Storyboard): InputArtifact {
  return ctx.input("asset", `${board.beats[0]?.id}.json`);
}

async function drawThumbnail(ctx: StageContext, board: Storyboard): Promise<FileRef> {
  const spec = await firstScene(ctx, board).json(sceneSpec);
  const path = join(ctx.workdir, "thumbnail.png");
  const openImage = (sha256: string) => ctx.open({ sha256, size_bytes: 0 });
  const still = await sceneStill(spec, THUMBNAIL_AT, openImage).catch((error: unknown) => {
    throw asStageFailure(error);
  });
  await writeFile(path, still);
  return ctx.store(path);
}
