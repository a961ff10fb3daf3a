import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { UnknownVoice } from "@greenlight/media/speech/choose-voice";
import { spokenToWav } from "@greenlight/media/speech/spoken-file";
import type { BeatSpeech } from "@greenlight/media/timeline";
import type { FileRef } from "../../app/ports/object-store.ts";
import type { SpokenWord } from "../../app/ports/speech-synthesizer.ts";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";

/** Speech as it is kept: a mono WAVE file and the words' times, seconds from its start. */
export type StoredSpeech = {
  readonly file: FileRef;
  readonly duration_s: number;
  readonly words: readonly SpokenWord[];
};

/**
 * Speaks a text with the brief's voice; what was spoken before, by whichever stage, is not spoken again. `rate` is a
 * share of the configured words a minute.
 */
export function speak(ctx: StageContext, text: string, rate = 1): Promise<StoredSpeech> {
  const { speech } = ctx.providers;
  const { brief, render } = ctx.cfg;
  const voice = brief.voice ? { voice: brief.voice } : {};
  const key = {
    text,
    by: speech.id,
    language: brief.language,
    ...voice,
    words_per_minute: render.pacing.words_per_minute,
    ...(rate !== 1 && { rate }),
  };
  return ctx.once("speech@3", key, async () => {
    const options = { language: brief.language, ...voice, rate, signal: ctx.signal };
    const spoken = await speech.speak(text, options).catch((error: unknown) => {
      throw error instanceof UnknownVoice
        ? new StageFailure("terminal", "voice_unknown", error.message)
        : error;
    });
    const path = join(ctx.workdir, `speech-${crypto.randomUUID()}.wav`);
    await writeFile(path, spokenToWav(spoken));
    return {
      file: await ctx.store(path),
      duration_s: spoken.samples.length / spoken.sample_rate,
      words: spoken.words,
    };
  });
}

/** The speech of every beat that speaks, by beat id. `part` is the share of the stage's progress it takes. */
export async function speakBeats(
  ctx: StageContext,
  board: Storyboard,
  part: readonly [number, number],
): Promise<ReadonlyMap<string, StoredSpeech>> {
  const speaking = board.beats.filter((beat) => beat.narration.trim() !== "");
  const spoken = new Map<string, StoredSpeech>();
  for (const [index, beat] of speaking.entries()) {
    const speech = await speak(ctx, beat.narration);
    if (speech.duration_s > 0) spoken.set(beat.id, speech);
    ctx.progress(
      part[0] + ((part[1] - part[0]) * (index + 1)) / speaking.length,
      `speech ${index + 1}/${speaking.length}`,
    );
  }
  return spoken;
}

/** What the timeline needs to know of each beat's speech. */
export function lengthsOf(
  spoken: ReadonlyMap<string, StoredSpeech>,
): (beatId: string) => BeatSpeech | undefined {
  return (beatId) => spoken.get(beatId);
}

/** Measures how long the job's voice takes for a text, in seconds to the millisecond. */
export function speechSecondsOf(ctx: StageContext): (text: string) => Promise<number> {
  return async (text) => Math.round((await speak(ctx, text)).duration_s * 1000) / 1000;
}
