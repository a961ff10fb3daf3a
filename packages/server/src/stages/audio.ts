import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Timing } from "@greenlight/contract/documents";
import { sumLevels } from "@greenlight/contract/levels";
import { storyboard } from "@greenlight/contract/storyboard";
import { decodeFile, UnreadableAudio } from "@greenlight/media/audio/decode-file";
import { loopSound } from "@greenlight/media/audio/loop-sound";
import { PROGRAM_RATE, type Stereo } from "@greenlight/media/audio/stereo";
import { writeWav } from "@greenlight/media/audio/wav";
import { writeSrt } from "@greenlight/media/captions/srt";
import { writeWebVtt } from "@greenlight/media/captions/webvtt";
import { type Levels, mixProgram } from "@greenlight/media/mix/mix-program";
import { composeBed } from "@greenlight/media/music/compose-bed";
import { wavToSpoken } from "@greenlight/media/speech/spoken-file";
import { buildTiming } from "@greenlight/media/timeline";
import type { FileRef } from "../app/ports/object-store.ts";
import { type StageAdapter, type StageContext, StageFailure } from "../app/ports/stage-adapter.ts";
import { tellAllUnmet } from "./hear-unmet.ts";
import { asJson, type NoParams, noParams } from "./no-params.ts";
import { lengthsOf, type StoredSpeech, speakBeats } from "./speech/speak.ts";

/** Cross-fade where a piece of music begins again, seconds. */
const MUSIC_FADE_S = 2;

type MixFiles = { readonly mix: FileRef; readonly voice: FileRef; readonly music: FileRef | null };

/**
 * The film's sound and captions: speech of each beat on the film's clock, music, mix. Writes `timing.json`,
 * `captions.srt`, `captions.vtt`, `mix.wav`, and the stems `voice.wav` and `music.wav`.
 */
export const audio: StageAdapter<NoParams> = {
  name: "audio",
  version: 3,
  params: noParams,
  reads: ["storyboard"],
  reads_cfg: ({ brief, files, render, modules }) => ({
    language: brief.language,
    voice: brief.voice ?? null,
    music: brief.music,
    music_file: files[brief.music]?.sha256 ?? null,
    pacing: render.pacing,
    captions: render.captions,
    speech: render.speech,
    bed: render.music,
    profile: render.profiles[render.profile] ?? null,
    speech_by: modules.speech ?? null,
  }),
  async run(ctx) {
    const board = await ctx.input("storyboard").json(storyboard);
    const heard = tellAllUnmet(
      ctx,
      "the voice reads what is written; send a level_adjust patch, or edit the beat",
    );
    const spoken = await speakBeats(ctx, board, [0, 0.4]);
    const timing = buildTiming(board, lengthsOf(spoken), ctx.cfg.render, board.fps);
    const levels = sumLevels(ctx.patches);
    const files = await mixFiles(ctx, timing, spoken, levels);
    const speechBy = ctx.providers.speech.id;
    const json = { media_type: "application/json", meta: { made_by: speechBy, ...heard.meta() } };
    await ctx.write("timing", "timing.json", asJson(timing), json);
    await ctx.write("captions", "captions.srt", writeSrt(timing.cues), {
      media_type: "application/x-subrip",
      meta: { made_by: speechBy, language: board.language },
    });
    await ctx.write("captions", "captions.vtt", writeWebVtt(timing.cues), {
      media_type: "text/vtt",
      meta: { made_by: speechBy, language: board.language },
    });
    const wav = (made_by: string) => ({
      media_type: "audio/wav",
      meta: { made_by, duration_s: timing.duration_s },
    });
    await ctx.write("mix", "mix.wav", files.mix, { ...wav("mix:builtin@1"), inputs: heardIn(ctx) });
    await ctx.write("voiceover", "voice.wav", files.voice, wav(speechBy));
    if (files.music)
      await ctx.write("music", "music.wav", files.music, { ...wav(musicMaker(ctx)), inputs: heardIn(ctx) });
    ctx.progress(1, `${timing.duration_s.toFixed(1)} s, ${timing.cues.length} captions`);
  },
};

/** What mix and music are made from: the storyboard, and the brief's piece of music if it names one. */
function heardIn(ctx: StageContext): string[] {
  const music = ctx.cfg.files[ctx.cfg.brief.music];
  return [ctx.input("storyboard").sha256, ...(music ? [music.sha256] : [])];
}

function musicMaker(ctx: StageContext): string {
  return ctx.cfg.brief.music === "generated" ? "music:builtin@1" : "music:brief";
}

function mixFiles(
  ctx: StageContext,
  timing: Timing,
  spoken: ReadonlyMap<string, StoredSpeech>,
  levels: Levels,
): Promise<MixFiles> {
  const { brief, files, render, seed } = ctx.cfg;
  const { lead_s } = render.pacing;
  const starts = timing.beats.flatMap((beat) => {
    const speech = spoken.get(beat.beat_id);
    return speech ? [{ beat_id: beat.beat_id, at: beat.start_s + lead_s, speech }] : [];
  });
  const key = {
    duration_s: timing.duration_s,
    starts: starts.map(({ beat_id, at, speech }) => [beat_id, at, speech.file.sha256]),
    music: brief.music === "generated" ? seed : (files[brief.music]?.sha256 ?? brief.music),
    levels: { ...levels, beat_db: [...levels.beat_db] },
    render: [render.speech, render.music, render.profiles[render.profile]],
  };
  return ctx.once("mix@1", key, async () => {
    const music = await musicFor(ctx, timing.duration_s);
    ctx.progress(0.55, "mixing");
    const beats = [];
    for (const { beat_id, at, speech } of starts) {
      const { sample_rate, samples } = wavToSpoken(await readFile(await ctx.open(speech.file)), speech.words);
      beats.push({ beat_id, speech_start_s: at, speech: { sample_rate, samples } });
    }
    const mix = await mixProgram({
      duration_s: timing.duration_s,
      beats,
      music,
      levels,
      render,
      signal: ctx.signal,
    });
    ctx.progress(0.9, "storing the mix");
    return {
      mix: await storeWav(ctx, "mix.wav", mix.program),
      voice: await storeWav(ctx, "voice.wav", mix.voice_stem),
      music: music ? await storeWav(ctx, "music.wav", mix.music_stem) : null,
    };
  });
}

async function musicFor(ctx: StageContext, duration_s: number): Promise<Stereo | null> {
  const { brief, files, seed } = ctx.cfg;
  if (brief.music === "none") return null;
  if (brief.music === "generated") return composeBed({ seed, duration_s, sample_rate: PROGRAM_RATE });
  const file = files[brief.music];
  if (!file)
    throw new StageFailure(
      "needs_operator",
      "source_missing",
      `the music ${brief.music} was not stored with the job`,
    );
  const sound = await decodeFile(await ctx.open(file), ctx.signal).catch((error: unknown) => {
    throw error instanceof UnreadableAudio
      ? new StageFailure("terminal", "media_unreadable", `the music ${brief.music}: ${error.message}`)
      : error;
  });
  return loopSound(sound, Math.round(duration_s * PROGRAM_RATE), MUSIC_FADE_S * PROGRAM_RATE);
}

async function storeWav(ctx: StageContext, name: string, sound: Stereo): Promise<FileRef> {
  const path = join(ctx.workdir, name);
  await writeFile(
    path,
    writeWav({ sample_rate: PROGRAM_RATE, channels: [sound.left, sound.right] }, "pcm16"),
  );
  return ctx.store(path);
}
