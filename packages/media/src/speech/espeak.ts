import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { joinSamples } from "../audio/filter-audio.ts";
import type { Span } from "./align-phones.ts";
import { type ChunkSound, speakChunks } from "./speak-chunks.ts";
import type { SpeakableWord } from "./speakable.ts";
import type { Spoken } from "./spoken.ts";

export const ESPEAK_RATE = 22_050;
/** Tags that espeak-ng knows by another name. */
const ALIASES: Readonly<Record<string, string>> = { zh: "cmn", no: "nb", iw: "he", tl: "id" };
const AUDIBLE = 0.004;

type EspeakEvent = { type: string; text_position: number; word_length: number; audio_position: number };
type Espeak = {
  /** 0 when the voice was found. */
  set_voice(name: string): number;
  set_rate(wordsPerMinute: number): void;
  synthesize(text: string, take: (samples: Int16Array, events: EspeakEvent[]) => boolean): void;
};

/** Asked about voices only: an instance that has spoken speaks the same text differently the next time. */
let voices: Promise<Espeak> | undefined;

/** The name espeak-ng has for a language (BCP 47) or voice, or undefined when it speaks none like it. */
export async function espeakVoiceFor(language: string): Promise<string | undefined> {
  voices ??= startEspeak();
  const espeak = await voices;
  const tag = language.toLowerCase();
  const primary = tag.split("-")[0] ?? tag;
  const names = [tag, ALIASES[primary], primary].filter((name) => name !== undefined);
  return names.find((name) => espeak.set_voice(name) === 0);
}

/**
 * Speaks words of any language espeak-ng knows. A word's time comes from the synthesizer's word events, which name
 * a position in the text; words that share an event share its time.
 * @param voice espeak-ng's own name, from `espeakVoiceFor`.
 */
export async function speakWithEspeak(
  words: readonly SpeakableWord[],
  voice: string,
  wordsPerMinute: number,
  signal: AbortSignal,
): Promise<Spoken> {
  const espeak = await startEspeak();
  return speakChunks(
    words,
    ESPEAK_RATE,
    async (chunk) => speakChunk(espeak, chunk, voice, wordsPerMinute),
    signal,
  );
}

function speakChunk(
  espeak: Espeak,
  chunk: readonly SpeakableWord[],
  voice: string,
  wordsPerMinute: number,
): ChunkSound {
  const parts: Float32Array[] = [];
  const events: EspeakEvent[] = [];
  const { text, starts } = layOut(chunk);
  espeak.set_voice(voice);
  espeak.set_rate(Math.round(wordsPerMinute));
  espeak.synthesize(text, (samples, found) => {
    parts.push(Float32Array.from(samples, (s) => s / 32_768));
    events.push(...found);
    return false;
  });
  const samples = joinSamples(parts);
  const sounding = {
    start_s: Math.max(0, samples.findIndex(audible)) / ESPEAK_RATE,
    end_s: (samples.findLastIndex(audible) + 1) / ESPEAK_RATE,
  };
  return { samples, spans: timeWords(chunk, starts, events, sounding), sounding };
}

/** The text given to the synthesizer, and where in it each word starts, counted in code points. */
function layOut(words: readonly SpeakableWord[]): { text: string; starts: number[] } {
  let text = "";
  let length = 0;
  const starts = words.map((word) => {
    const start = length;
    // `<` and `&` would begin markup. Words of unspaced scripts are spaced too: without spaces there are no events.
    const said = `${word.spoken.replace(/[<>&]/g, " ")}${word.after} `;
    text += said;
    length += Array.from(said).length;
    return start;
  });
  return { text, starts };
}

function timeWords(
  words: readonly SpeakableWord[],
  starts: readonly number[],
  events: readonly EspeakEvent[],
  sounding: Span,
): Span[] {
  const heard: (number | undefined)[] = new Array(words.length);
  const clauseEnds: number[] = [];
  for (const event of events) {
    const at = Math.max(sounding.start_s, Math.min(sounding.end_s, event.audio_position / 1000));
    if (event.type === "end") clauseEnds.push(at);
    if (event.type !== "word") continue;
    // Positions count from 1.
    const index = starts.findLastIndex((start) => start <= event.text_position - 1);
    if (index >= 0) heard[index] ??= at;
  }
  const begin = fillStarts(heard, sounding);
  return words.map((word, i) => {
    const start_s = begin[i] ?? sounding.end_s;
    const next = begin[i + 1] ?? sounding.end_s;
    const clause = word.after === "" ? next : (clauseEnds.find((at) => at > start_s) ?? next);
    return { start_s, end_s: Math.max(start_s, Math.min(next, clause)) };
  });
}

/** Words without an event of their own begin evenly between their neighbours. */
function fillStarts(heard: readonly (number | undefined)[], sounding: Span): number[] {
  const begin: number[] = [];
  while (begin.length < heard.length) {
    const at = begin.length;
    const floor = begin.at(-1) ?? sounding.start_s;
    const known = heard[at];
    if (known !== undefined) {
      begin.push(Math.max(known, floor));
      continue;
    }
    const next = heard.findIndex((time, i) => i > at && time !== undefined);
    const missing = (next < 0 ? heard.length : next) - at;
    const ceiling = Math.max(floor, heard[next] ?? sounding.end_s);
    const steps = missing + (at === 0 ? 0 : 1);
    for (let k = 0; k < missing; k += 1)
      begin.push(floor + ((ceiling - floor) * (at === 0 ? k : k + 1)) / steps);
  }
  return begin;
}

function audible(sample: number): boolean {
  return Math.abs(sample) > AUDIBLE;
}

async function startEspeak(): Promise<Espeak> {
  // The package ships no types; its shape is what Espeak says. The import is by address, since a bare one would
  // have none.
  const path = createRequire(import.meta.url).resolve("@echogarden/espeak-ng-emscripten");
  const imported: { default: () => Promise<{ eSpeakNGWorker: new () => Espeak }> } = await import(
    pathToFileURL(path).href
  );
  const program = await imported.default();
  return new program.eSpeakNGWorker();
}
