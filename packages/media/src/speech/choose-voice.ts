/**
 * Turns `render.speech.voices` into a synthesizer. Each language has a voice `provider/name` (flite speaks English,
 * espeak about a hundred languages); `*` stands for the rest. A word in another script than the voice can read is
 * given to the voice of that script's language, if one is configured.
 */
import type { Render } from "@greenlight/contract/render";
import { joinSamples } from "../audio/filter-audio.ts";
import { resample } from "../audio/resample.ts";
import { ESPEAK_RATE, espeakVoiceFor, speakWithEspeak } from "./espeak.ts";
import { FLITE_RATE, FLITE_VOICES, speakWithFlite } from "./flite.ts";
import { fromHeardOnset } from "./heard-onset.ts";
import { languageOfScript } from "./scripts.ts";
import { type SpeakableWord, speakable } from "./speakable.ts";
import { nothingSpoken, type Spoken, type SpokenWord } from "./spoken.ts";

/** No voice is configured for a language, or the voice asked for does not exist. The message says the remedy. */
export class UnknownVoice extends Error {
  override name = "UnknownVoice";
}

export type SpeakOptions = {
  /** BCP 47. */
  readonly language: string;
  /** `provider/name`, or a name of the language's configured provider; default: the configured voice. */
  readonly voice?: string;
  /** Share of the configured words a minute; default 1. */
  readonly rate?: number;
  readonly signal: AbortSignal;
};

export type Speech = {
  readonly id: string;
  /**
   * Text that has nothing to say gives no samples and no words.
   * @throws UnknownVoice
   */
  speak(text: string, options: SpeakOptions): Promise<Spoken>;
};

type Voice = { readonly provider: "flite" | "espeak"; readonly name: string };
type Settings = Pick<Render, "speech" | "pacing">;

const GAP_S = 0.06;

export function createSpeech(render: Settings): Speech {
  const voices = render.speech.voices;
  const id = `speech:${Object.entries(voices)
    .map(([language, voice]) => (language === "*" ? voice : `${language}=${voice}`))
    .join(",")}`;
  return {
    id,
    async speak(text, options) {
      options.signal.throwIfAborted();
      const voice = await chooseVoice(voices, options.language, options.voice);
      const words = speakable(text, options.language);
      const runs = await Promise.all(
        splitRuns(words, voice, options.language).map(async (run) => ({
          words: run.words,
          language: run.language,
          voice: run.language === options.language ? voice : await foreignVoice(voices, run.language),
        })),
      );
      const spoken: Spoken[] = [];
      const wordsPerMinute = render.pacing.words_per_minute * (options.rate ?? 1);
      for (const run of runs) spoken.push(await speakRun(run, wordsPerMinute, options.signal));
      return fromHeardOnset(await joinSpoken(spoken));
    },
  };
}

/**
 * The voice for a language, checked to exist.
 * @throws UnknownVoice
 */
export async function chooseVoice(
  voices: Readonly<Record<string, string>>,
  language: string,
  asked: string | undefined,
): Promise<Voice> {
  const primary = language.toLowerCase().split("-")[0] ?? "";
  const configured = voices[language] ?? voices[primary] ?? voices["*"];
  if (configured === undefined) {
    throw new UnknownVoice(
      `speech.voices has no voice for ${language}: add "${primary}" or "*" in conf/render.yaml`,
    );
  }
  const full =
    asked === undefined ? configured : asked.includes("/") ? asked : `${configured.split("/")[0]}/${asked}`;
  const [provider, ...rest] = full.split("/");
  const name = rest.join("/");
  if (provider === "flite") {
    if (!Object.hasOwn(FLITE_VOICES, name)) {
      throw new UnknownVoice(
        `flite has no voice "${name}": use one of ${Object.keys(FLITE_VOICES).join(", ")}`,
      );
    }
    if (primary !== "en") throw new UnknownVoice(`flite speaks English, not ${language}: use espeak/default`);
    return { provider, name };
  }
  if (provider === "espeak") {
    const found = await espeakVoiceFor(name === "default" ? language : name);
    if (found === undefined) {
      throw new UnknownVoice(
        `espeak has no voice "${name}" for ${language}: use espeak/default or a language tag it speaks`,
      );
    }
    return { provider, name: found };
  }
  throw new UnknownVoice(`no speech provider is called "${provider}": use flite/NAME or espeak/NAME`);
}

type Run = { readonly language: string; readonly words: SpeakableWord[] };

/** Words in a row that one voice speaks. espeak changes script by itself only for Latin: other letters switch it. */
function splitRuns(words: readonly SpeakableWord[], voice: Voice, language: string): Run[] {
  const own = languageOfScript(words.map((word) => word.text).join(""));
  const runs: Run[] = [];
  for (const word of words) {
    const foreign = languageOfScript(word.text);
    const home = foreign === undefined || (voice.provider === "espeak" && sameScript(foreign, language, own));
    const target = home ? language : foreign;
    const said = home ? word : (speakable(word.text, target)[0] ?? word);
    const spoken = { ...said, text: word.text, after: word.after };
    const last = runs.at(-1);
    if (last && last.language === target) last.words.push(spoken);
    else runs.push({ language: target, words: [spoken] });
  }
  return runs;
}

function sameScript(foreign: string, language: string, own: string | undefined): boolean {
  const primary = language.toLowerCase().split("-")[0];
  // Han letters inside Japanese or Cantonese are not Chinese words.
  if (foreign === "zh") return primary === "ja" || primary === "zh" || primary === "yue" || primary === "cmn";
  return foreign === primary || (own === foreign && primary !== "en");
}

/** The voice of a script's language; undefined where none is configured or it has none: such words stay unspoken. */
async function foreignVoice(
  voices: Readonly<Record<string, string>>,
  language: string,
): Promise<Voice | undefined> {
  const configured = voices[language] ?? voices["*"];
  if (!configured?.startsWith("espeak/")) return undefined;
  const own = configured.slice("espeak/".length);
  const name = await espeakVoiceFor(own === "default" ? language : own);
  return name === undefined ? undefined : { provider: "espeak", name };
}

async function speakRun(
  run: { words: readonly SpeakableWord[]; voice: Voice | undefined },
  wordsPerMinute: number,
  signal: AbortSignal,
): Promise<Spoken> {
  if (run.voice === undefined) return silentWords(run.words);
  if (run.voice.provider === "flite")
    return speakOrSilent(run.words, speakWithFlite(run.words, run.voice.name, wordsPerMinute, signal));
  return speakOrSilent(run.words, speakWithEspeak(run.words, run.voice.name, wordsPerMinute, signal));
}

async function speakOrSilent(words: readonly SpeakableWord[], speaking: Promise<Spoken>): Promise<Spoken> {
  const spoken = await speaking;
  return spoken.samples.length > 0 ? spoken : silentWords(words);
}

function silentWords(words: readonly SpeakableWord[]): Spoken {
  return {
    ...nothingSpoken(FLITE_RATE),
    words: words.map((word) => ({ text: word.text, start_s: 0, end_s: 0 })),
  };
}

async function joinSpoken(parts: readonly Spoken[]): Promise<Spoken> {
  const [only] = parts;
  if (only && parts.length === 1) return only.samples.length > 0 ? only : nothingSpoken(only.sample_rate);
  if (parts.every((part) => part.samples.length === 0)) return nothingSpoken(FLITE_RATE);
  const rate = parts.some((part) => part.sample_rate === ESPEAK_RATE) ? ESPEAK_RATE : FLITE_RATE;
  const sounds: Float32Array[] = [];
  const words: SpokenWord[] = [];
  let length = 0;
  for (const part of parts) {
    const offset = length / rate;
    words.push(
      ...part.words.map((w) => ({ text: w.text, start_s: w.start_s + offset, end_s: w.end_s + offset })),
    );
    if (part.samples.length === 0) continue;
    const [samples = new Float32Array()] = await resample([part.samples], part.sample_rate, rate);
    const gap = new Float32Array(Math.round(GAP_S * rate));
    sounds.push(samples, gap);
    length += samples.length + gap.length;
  }
  sounds.pop();
  const samples = joinSamples(sounds);
  const end = samples.length / rate;
  return {
    sample_rate: rate,
    samples,
    words: words.map((w) => ({
      text: w.text,
      start_s: Math.min(w.start_s, end),
      end_s: Math.min(w.end_s, end),
    })),
  };
}
