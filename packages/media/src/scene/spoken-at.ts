import type { Beat } from "@greenlight/contract/storyboard";

/** A picture may stand this long before its word is heard, seconds: the eye is quicker than the ear. */
const AHEAD_S = 0.2;
/** By this share of the beat everything has entered. */
const LATEST = 0.72;

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");

/**
 * When a beat comes to speak of `text`, seconds from its start: its place among the narration's letters, at an even
 * rate. Null when the narration does not say it, or the beat says nothing.
 */
export function spokenAt(beat: Beat, lead_s: number, text: string): number | null {
  const said = plain(beat.narration);
  const wanted = plain(text).trim();
  if (wanted === "" || said.trim() === "" || beat.speech_s <= 0) return null;
  const at = said.indexOf(wanted);
  if (at < 0) return null;
  const time = lead_s + (beat.speech_s * at) / said.length - AHEAD_S;
  return Math.min(Math.max(0.25, time), beat.duration_s * LATEST);
}

/** Times for `texts` in order: as spoken where all are, else null. */
export function spokenInTurn(beat: Beat, lead_s: number, texts: readonly string[]): number[] | null {
  const times = texts.map((text) => spokenAt(beat, lead_s, text));
  const found = times.filter((time) => time !== null);
  return found.length === texts.length && found.every((time, i) => i === 0 || time >= (found[i - 1] ?? 0))
    ? found
    : null;
}
