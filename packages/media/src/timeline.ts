import type { Cue, TimedWord, Timing } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { buildCues } from "./captions/build-cues.ts";

/** What a beat's narration sounds like: its length and, from its own start, its words. */
export type BeatSpeech = { readonly duration_s: number; readonly words: readonly TimedWord[] };

export type TimedBeat = Timing["beats"][number];

const NO_SPEECH: BeatSpeech = { duration_s: 0, words: [] };

/**
 * Places the beats one after the other on the film's frames. A beat lasts as long as the storyboard asks, and never
 * less than lead-in, speech and tail; its speech begins exactly `lead_s` after its start.
 * @param speechOf the speech of a beat by its id; undefined for a silent card.
 */
export function planTimeline(
  storyboard: Storyboard,
  speechOf: (beatId: string) => BeatSpeech | undefined,
  pacing: Pick<Render["pacing"], "lead_s" | "tail_s">,
  fps: number,
): TimedBeat[] {
  let frame = 0;
  return storyboard.beats.map((beat) => {
    const speech = speechOf(beat.id) ?? NO_SPEECH;
    const spoken = speech.duration_s > 0 ? pacing.lead_s + speech.duration_s + pacing.tail_s : 0;
    const start_s = frame / fps;
    // A hair of tolerance: a length that was measured in whole frames must not gain one by rounding.
    frame += Math.max(1, Math.ceil(Math.max(beat.duration_s, spoken) * fps - 1e-6));
    const offset = start_s + pacing.lead_s;
    const words = speech.words.map((word) => ({
      text: word.text,
      start_s: offset + word.start_s,
      end_s: offset + word.end_s,
    }));
    return { beat_id: beat.id, start_s, end_s: frame / fps, words };
  });
}

/** `timing.json`: the beats on the film's clock, their words, and the captions made of them. */
export function buildTiming(
  storyboard: Storyboard,
  speechOf: (beatId: string) => BeatSpeech | undefined,
  render: Pick<Render, "pacing" | "captions">,
  fps: number,
): Timing {
  const beats = planTimeline(storyboard, speechOf, render.pacing, fps);
  const cues: Cue[] = buildCues(beats, render.captions, fps);
  return { duration_s: beats.at(-1)?.end_s ?? 0, beats, cues };
}
