import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Timing } from "@greenlight/contract/documents";
import { type Storyboard, storyboard } from "@greenlight/contract/storyboard";
import { PROGRAM_RATE } from "@greenlight/media/audio/stereo";
import { writeWav } from "@greenlight/media/audio/wav";
import { mixProgram, NO_CHANGE } from "@greenlight/media/mix/mix-program";
import { joinSegments } from "@greenlight/media/render/join-segments";
import { wavToSpoken } from "@greenlight/media/speech/spoken-file";
import { buildTiming } from "@greenlight/media/timeline";
import type { FileRef } from "../app/ports/object-store.ts";
import type { InputArtifact, StageAdapter, StageContext } from "../app/ports/stage-adapter.ts";
import { sayElsewhere } from "./animatics/say-elsewhere.ts";
import { asStageFailure, renderBeats } from "./film/render-film.ts";
import { hearUnmet } from "./hear-unmet.ts";
import { type NoParams, noParams } from "./no-params.ts";
import { lengthsOf, type StoredSpeech, speakBeats } from "./speech/speak.ts";

/**
 * A fast preview, small and coarse but true in timing, with the voice and without music: each beat as
 * `<beat>.mp4`, and all of them as `animatic.mp4`.
 */
export const animatics: StageAdapter<NoParams> = {
  name: "animatics",
  version: 6,
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
    const segments = await renderBeats(ctx, {
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
    const joined = await joinPreview(ctx, timing, spoken, segments, fps);
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
  timing: Timing,
  spoken: ReadonlyMap<string, StoredSpeech>,
  segments: readonly FileRef[],
  fps: number,
): Promise<FileRef> {
  const { render, brief } = ctx.cfg;
  const key = {
    segments: segments.map((s) => s.sha256),
    speech: timing.beats.map((b) => [b.start_s, spoken.get(b.beat_id)?.file.sha256 ?? null]),
    sound: [render.speech, render.music, render.profiles[render.profile], render.video.audio_kbps],
    lead_s: render.pacing.lead_s,
    title: brief.title,
  };
  return ctx.once("animatic@1", key, async () => {
    const audio = join(ctx.workdir, "voice.wav");
    await writeFile(audio, await voiceTrack(ctx, timing, spoken));
    const out = join(ctx.workdir, "animatic.mp4");
    try {
      await joinSegments({
        segments: await Promise.all(segments.map((s) => ctx.open(s))),
        audio,
        chapters: [],
        metadata: { title: `${brief.title} (animatic)` },
        fps,
        audio_kbps: render.video.audio_kbps,
        out,
        signal: ctx.signal,
      });
    } catch (error) {
      throw asStageFailure(error);
    }
    return ctx.store(out);
  });
}

async function voiceTrack(
  ctx: StageContext,
  timing: Timing,
  spoken: ReadonlyMap<string, StoredSpeech>,
): Promise<Uint8Array> {
  const beats = [];
  for (const beat of timing.beats) {
    const speech = spoken.get(beat.beat_id);
    if (!speech) continue;
    const { sample_rate, samples } = wavToSpoken(await readFile(await ctx.open(speech.file)), speech.words);
    beats.push({
      beat_id: beat.beat_id,
      speech_start_s: beat.start_s + ctx.cfg.render.pacing.lead_s,
      speech: { sample_rate, samples },
    });
  }
  const { program } = await mixProgram({
    duration_s: timing.duration_s,
    beats,
    music: null,
    levels: NO_CHANGE,
    render: ctx.cfg.render,
    signal: ctx.signal,
  });
  return writeWav({ sample_rate: PROGRAM_RATE, channels: [program.left, program.right] }, "pcm16");
}
