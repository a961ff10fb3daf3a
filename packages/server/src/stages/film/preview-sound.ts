import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Timing } from "@greenlight/contract/documents";
import { PROGRAM_RATE } from "@greenlight/media/audio/stereo";
import { writeWav } from "@greenlight/media/audio/wav";
import { NO_CHANGE } from "@greenlight/media/mix/mix-program";
import { previewVoice } from "@greenlight/media/mix/voice-stem";
import { encodeAudio } from "@greenlight/media/render/encode-audio";
import { wavToSpoken } from "@greenlight/media/speech/spoken-file";
import type { FileRef } from "../../app/ports/object-store.ts";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";
import type { StoredSpeech } from "../speech/speak.ts";
import { asStageFailure } from "./render-film.ts";

/** The preview's sound, encoded: the voice alone on the preview's clock, at about the film's loudness. */
export async function previewSound(
  ctx: StageContext,
  timing: Timing,
  spoken: ReadonlyMap<string, StoredSpeech>,
): Promise<FileRef> {
  const { render } = ctx.cfg;
  const lufs = render.profiles[render.profile]?.loudness_lufs;
  if (lufs === undefined)
    throw new StageFailure(
      "terminal",
      "invalid_config",
      `render.profile names "${render.profile}", which render.profiles does not have`,
    );
  const starts = timing.beats.flatMap((beat) => {
    const speech = spoken.get(beat.beat_id);
    return speech ? [{ beat_id: beat.beat_id, at: beat.start_s + render.pacing.lead_s, speech }] : [];
  });
  const key = {
    duration_s: timing.duration_s,
    starts: starts.map(({ at, speech }) => [at, speech.file.sha256]),
    speech: render.speech,
    lufs,
    kbps: render.video.audio_kbps,
  };
  return ctx.once("preview_sound@1", key, async () => {
    const beats = [];
    for (const { beat_id, at, speech } of starts) {
      const { sample_rate, samples } = wavToSpoken(await readFile(await ctx.open(speech.file)), speech.words);
      beats.push({ beat_id, speech_start_s: at, speech: { sample_rate, samples } });
    }
    const { duration_s } = timing;
    const request = { duration_s, beats, levels: NO_CHANGE, render, signal: ctx.signal };
    const { left, right } = await previewVoice(request, lufs);
    const file = join(ctx.workdir, "voice.wav");
    const out = join(ctx.workdir, "voice.mp4");
    await writeFile(file, writeWav({ sample_rate: PROGRAM_RATE, channels: [left, right] }, "pcm16"));
    await encodeAudio({ file, kbps: key.kbps, coder: "fast", out, signal: ctx.signal }).catch(
      (error: unknown) => {
        throw asStageFailure(error);
      },
    );
    return ctx.store(out);
  });
}
