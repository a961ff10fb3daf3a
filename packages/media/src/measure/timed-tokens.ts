import type { Timing } from "@greenlight/contract/documents";
import { spokenWords } from "./caption-words.ts";

/** A spoken word in the form captions are compared in, with its beat and seconds in the film. */
export type TimedToken = {
  readonly word: string;
  readonly beat_id: string;
  readonly start_s: number;
  readonly end_s: number;
};

/** All words of `timing.json` in order; a written word that is several spoken ones shares its time among them. */
export function timedTokens(timing: Timing, language: string): TimedToken[] {
  return timing.beats.flatMap((beat) =>
    beat.words.flatMap((timed) =>
      spokenWords(timed.text, language).map((word) => ({
        word,
        beat_id: beat.beat_id,
        start_s: timed.start_s,
        end_s: timed.end_s,
      })),
    ),
  );
}
