import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { joinSamples } from "../audio/filter-audio.ts";
import type { SpeakableWord } from "./speakable.ts";
import { nothingSpoken, type Spoken, type SpokenWord } from "./spoken.ts";

export const ESPEAK_RATE = 22_050;
const PRIMARY: Record<string, string> = { zh: "cmn", no: "nb", en: "en-us", fr: "fr-fr", iw: "he" };
const FADE_SAMPLES = 80;
const AUDIBLE = 0.004;

type EspeakEvent = { type: string; text_position: number; word_length: number; audio_position: number };
type EspeakWorker = {
  set_voice(name: string): number;
  set_rate(wordsPerMinute: number): void;
  synthesize(text: string, take: (samples: Int16Array, events: EspeakEvent[]) => boolean): void;
  list_voices(): { languages: { name: string }[] }[];
};

let worker: Promise<{ espeak: EspeakWorker; languages: ReadonlySet<string> }> | undefined;

/** The name espeak-ng has for a language (BCP 47), or undefined when it speaks none like it. */
export async function espeakVoiceFor(language: string): Promise<string | undefined> {
  const { languages } = await load();
  const tag = language.toLowerCase();
  const primary = tag.split("-")[0] ?? tag;
  return [tag === primary ? undefined : tag, PRIMARY[primary], primary].find(
    (name) => name !== undefined && languages.has(name),
  );
}

/**
 * Speaks words of any language espeak-ng knows. A word's time comes from the synthesizer's word events, which name
 * a position in the text; words that share an event share its time.
 * @param voice espeak-ng's language name, from `espeakVoiceFor`.
 */
export async function speakWithEspeak(
  words: readonly SpeakableWord[],
  voice: string,
  wordsPerMinute: number,
  signal: AbortSignal,
): Promise<Spoken> {
  if (!words.some((word) => word.spoken !== "")) return nothingSpoken(ESPEAK_RATE);
  const { espeak } = await load();
  signal.throwIfAborted();
  const parts: Float32Array[] = [];
  const events: EspeakEvent[] = [];
  const { text, starts } = layOut(words);
  espeak.set_voice(voice);
  espeak.set_rate(Math.round(wordsPerMinute));
  espeak.synthesize(text, (samples, found) => {
    parts.push(Float32Array.from(samples, (s) => s / 32768));
    events.push(...found);
    return signal.aborted;
  });
  signal.throwIfAborted();
  const sound = joinSamples(parts);
  const from = Math.max(0, sound.findIndex(audible));
  const to = sound.findLastIndex(audible) + 1;
  const samples = sound.slice(from, Math.min(sound.length, to + ESPEAK_RATE * 0.03));
  fadeEnds(samples);
  const timed = timeWords(words, starts, events, from / ESPEAK_RATE, samples.length / ESPEAK_RATE);
  return { sample_rate: ESPEAK_RATE, samples, words: timed };
}

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

/** Positions count code points from 1. The clock starts `lead` seconds into the synthesizer's own sound. */
function timeWords(
  words: readonly SpeakableWord[],
  starts: readonly number[],
  events: readonly EspeakEvent[],
  lead: number,
  duration: number,
): SpokenWord[] {
  const clamp = (seconds: number): number => Math.max(0, Math.min(duration, seconds));
  const heard: (number | undefined)[] = new Array(words.length);
  const clauseEnds: number[] = [];
  for (const event of events) {
    const at = clamp(event.audio_position / 1000 - lead);
    if (event.type === "end") clauseEnds.push(at);
    if (event.type !== "word") continue;
    const index = starts.findLastIndex((start) => start <= event.text_position - 1);
    if (index >= 0) heard[index] ??= at;
  }
  const begin: number[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const known = heard[i];
    if (known !== undefined) {
      begin.push(Math.max(known, begin.at(-1) ?? 0));
      continue;
    }
    let next = i;
    while (next < words.length && heard[next] === undefined) next += 1;
    const start = begin.at(-1) ?? 0;
    const end = Math.max(start, heard[next] ?? duration);
    const steps = next - i + 1;
    for (let k = 1; i <= next - 1; k += 1, i += 1) begin.push(start + ((end - start) * k) / steps);
    i -= 1;
  }
  return words.map((word, i) => {
    const start_s = begin[i] ?? duration;
    const next = begin[i + 1] ?? duration;
    // The clause's end event comes before its pause has been spoken or after; a word never outlasts either.
    const clause = word.after === "" ? next : (clauseEnds.find((at) => at > start_s) ?? next);
    return { text: word.text, start_s, end_s: Math.max(start_s, Math.min(next, clause)) };
  });
}

function audible(sample: number): boolean {
  return Math.abs(sample) > AUDIBLE;
}

function fadeEnds(samples: Float32Array): void {
  const length = Math.min(FADE_SAMPLES, samples.length >> 1);
  for (let i = 0; i < length; i += 1) {
    const gain = i / length;
    samples[i] = (samples[i] ?? 0) * gain;
    samples[samples.length - 1 - i] = (samples[samples.length - 1 - i] ?? 0) * gain;
  }
}

function load(): Promise<{ espeak: EspeakWorker; languages: ReadonlySet<string> }> {
  worker ??= start();
  return worker;
}

async function start(): Promise<{ espeak: EspeakWorker; languages: ReadonlySet<string> }> {
  // The package ships no types; its shape is what EspeakWorker says.
  const path = createRequire(import.meta.url).resolve("@echogarden/espeak-ng-emscripten");
  const imported: { default: () => Promise<{ eSpeakNGWorker: new () => EspeakWorker }> } = await import(
    pathToFileURL(path).href
  );
  const program = await imported.default();
  const espeak = new program.eSpeakNGWorker();
  const languages = new Set(espeak.list_voices().flatMap((voice) => voice.languages.map((l) => l.name)));
  return { espeak, languages };
}
