import { joinSentences } from "@greenlight/media/text/sentences";
import type { ScriptSentence } from "./parse-script.ts";

/** What one beat speaks: one or two sentences, or a piece of one that is too long for a beat. */
export type Speech = {
  readonly text: string;
  readonly section: string;
  readonly place: number;
  readonly citations: readonly string[];
  readonly speech_s: number;
};

export type BeatLimits = {
  /** Longest speech of a beat, seconds. */
  readonly most_s: number;
  /** Shorter sentences share a beat with a neighbour. */
  readonly join_below_s: number;
  readonly join_up_to_s: number;
};

type Measure = (text: string) => Promise<number>;

/** Cuts a text in two near its middle: after a clause mark if there is one, else between words; null if it cannot be. */
function halve(text: string): [string, string] | null {
  const middle = text.length / 2;
  const marks = [...text.matchAll(/[,;:—–、，；：،؛]\s*/gu)].map((m) => m.index + m[0].length);
  const inner = marks.filter((at) => at > text.length * 0.15 && at < text.length * 0.85);
  const spaces = [...text.matchAll(/\s+/gu)].map((m) => m.index + m[0].length);
  const points = inner.length > 0 ? inner : spaces.length > 0 ? spaces : [Math.round(middle)];
  const at = points.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a));
  const left = text.slice(0, at).trim();
  const right = text.slice(at).trim();
  return left === "" || right === "" ? null : [left, right];
}

async function fitting(speech: Speech, most_s: number, measure: Measure): Promise<Speech[]> {
  if (speech.speech_s <= most_s) return [speech];
  const halves = halve(speech.text);
  if (halves === null) return [speech];
  const pieces: Speech[] = [];
  for (const text of halves) {
    pieces.push(...(await fitting({ ...speech, text, speech_s: await measure(text) }, most_s, measure)));
  }
  return pieces;
}

const merged = (a: Speech, b: Speech): Speech => ({
  ...a,
  text: joinSentences([a.text, b.text]),
  citations: [...new Set([...a.citations, ...b.citations])],
  speech_s: a.speech_s + b.speech_s,
});

/**
 * Beats' speech in order: each sentence its own, short ones joined with a neighbour of their section (two sentences
 * at most), one that alone is too long cut at clause boundaries. Together they say exactly the script.
 */
export async function splitBeats(
  sentences: readonly ScriptSentence[],
  limits: BeatLimits,
  measure: Measure,
): Promise<Speech[]> {
  const single: Speech[] = [];
  for (const { text, section, place, citations } of sentences) {
    const speech = {
      text,
      section,
      place,
      citations: [...new Set(citations)],
      speech_s: await measure(text),
    };
    single.push(...(await fitting(speech, limits.most_s, measure)));
  }
  const beats: { speech: Speech; count: number }[] = [];
  const joinable = (a: Speech, b: Speech) =>
    a.section === b.section && a.speech_s + b.speech_s <= Math.min(limits.most_s, limits.join_up_to_s);
  for (const [i, speech] of single.entries()) {
    const last = beats.at(-1);
    const next = single[i + 1];
    const short = speech.speech_s < limits.join_below_s;
    const lastShort = last !== undefined && last.speech.speech_s < limits.join_below_s;
    const forward = next !== undefined && joinable(speech, next) && /[?？؟]$/u.test(speech.text);
    if (
      last !== undefined &&
      last.count < 2 &&
      (lastShort || (short && !forward)) &&
      joinable(last.speech, speech)
    ) {
      last.speech = merged(last.speech, speech);
      last.count += 1;
    } else beats.push({ speech, count: 1 });
  }
  return Promise.all(
    beats.map(async ({ speech, count }) =>
      count === 1 ? speech : { ...speech, speech_s: await measure(speech.text) },
    ),
  );
}
