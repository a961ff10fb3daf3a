import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Timing } from "@greenlight/contract/documents";
import { decodeFile, UnreadableAudio } from "@greenlight/media/audio/decode-file";
import { loopSound } from "@greenlight/media/audio/loop-sound";
import { PROGRAM_RATE, type Stereo } from "@greenlight/media/audio/stereo";
import { writeWav } from "@greenlight/media/audio/wav";
import { type Levels, mixProgram } from "@greenlight/media/mix/mix-program";
import { composeBed } from "@greenlight/media/music/compose-bed";
import { wavToSpoken } from "@greenlight/media/speech/spoken-file";
import type { FileRef } from "../../app/ports/object-store.ts";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";
import type { StoredSpeech } from "../speech/speak.ts";

/** Cross-fade where a piece of music begins again, seconds. */
const MUSIC_FADE_S = 2;

/** The stored mix and stems; `music_held_db` as `mixProgram` tells it. */
export type MixFiles = {
  readonly mix: FileRef;
  readonly voice: FileRef;
  readonly music: FileRef | null;
  readonly music_held_db: number;
};

/** Mixes speech on the film's clock with music: the brief's piece, or none. */
export function mixFilm(
  ctx: StageContext,
  timing: Timing,
  spoken: ReadonlyMap<string, StoredSpeech>,
  levels: Levels,
  piece: string,
): Promise<MixFiles> {
  const { files, render, seed } = ctx.cfg;
  const { lead_s } = render.pacing;
  const starts = timing.beats.flatMap((beat) => {
    const speech = spoken.get(beat.beat_id);
    return speech ? [{ beat_id: beat.beat_id, at: beat.start_s + lead_s, speech }] : [];
  });
  const key = {
    duration_s: timing.duration_s,
    starts: starts.map(({ beat_id, at, speech }) => [beat_id, at, speech.file.sha256]),
    music: piece === "generated" ? seed : (files[piece]?.sha256 ?? piece),
    levels: { ...levels, beat_db: [...levels.beat_db] },
    render: [render.speech, render.music, render.profiles[render.profile]],
  };
  return ctx.once("mix@2", key, async () => {
    const music = await musicFor(ctx, piece, timing.duration_s);
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
      music_held_db: mix.music_held_db,
    };
  });
}

async function musicFor(ctx: StageContext, piece: string, duration_s: number): Promise<Stereo | null> {
  const { files, seed } = ctx.cfg;
  if (piece === "none") return null;
  if (piece === "generated") return composeBed({ seed, duration_s, sample_rate: PROGRAM_RATE });
  const file = files[piece];
  if (!file)
    throw new StageFailure(
      "needs_operator",
      "source_missing",
      `the music ${piece} was not stored with the job`,
    );
  const sound = await decodeFile(await ctx.open(file), ctx.signal).catch((error: unknown) => {
    throw error instanceof UnreadableAudio
      ? new StageFailure("terminal", "media_unreadable", `the music ${piece}: ${error.message}`)
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
