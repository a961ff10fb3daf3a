import { joinSamples } from "../audio/filter-audio.ts";
import { readWav } from "../audio/wav.ts";
import { alignPhones, type TimedPhone } from "./align-phones.ts";
import { runFlite } from "./flite-program.ts";
import type { SpeakableWord } from "./speakable.ts";
import { nothingSpoken, type Spoken, type SpokenWord } from "./spoken.ts";

/**
 * English voices and how fast each speaks unstretched, words a minute with its own pauses (measured over six
 * explainer paragraphs; a voice stretched by s speaks at this rate / s).
 */
export const FLITE_VOICES: Readonly<Record<string, number>> = { rms: 152, slt: 163, awb: 168, kal16: 185 };
export const FLITE_RATE = 16_000;

const CHUNK_CHARS = 320;
// The diphone voice prints the same phones as the others and costs a fifth of the time.
const PRONOUNCING_VOICE = "kal16";
const FADE_SAMPLES = 80;
const pronunciations = new Map<string, readonly string[]>();

/** Speaks English words. Words without a sound get the moment between their neighbours. */
export async function speakWithFlite(
  words: readonly SpeakableWord[],
  voice: string,
  wordsPerMinute: number,
  signal: AbortSignal,
): Promise<Spoken> {
  if (!words.some((word) => word.spoken !== "")) return nothingSpoken(FLITE_RATE);
  const stretch = (FLITE_VOICES[voice] ?? wordsPerMinute) / wordsPerMinute;
  await learnPronunciations(words, signal);
  const parts: Float32Array[] = [];
  const timed: SpokenWord[] = [];
  let offset = 0;
  const chunks = chunkWords(words);
  for (const [index, chunk] of chunks.entries()) {
    signal.throwIfAborted();
    const text = chunk
      .map((word) => word.spoken + word.after + (/[.?]/.test(word.after) ? "\n\n" : " "))
      .join("");
    const run = await runFlite(
      text,
      ["-voice", voice, "--setf", `duration_stretch=${stretch.toFixed(4)}`, "-psdur"],
      true,
    );
    const samples = readWav(run.wav ?? new Uint8Array()).channels[0] ?? new Float32Array();
    const phones = timePhones(run.printed, samples.length / FLITE_RATE);
    const spans = alignPhones(
      phones,
      chunk.map((word) => pronunciations.get(word.spoken) ?? []),
    );
    // Silence around the speech goes at both ends of the text, so that the first word starts at 0; inside the
    // text the voice's own pauses stay.
    const first = phones.find((phone) => phone.phone !== "pau")?.start_s ?? 0;
    const last = phones.findLast((phone) => phone.phone !== "pau")?.end_s ?? samples.length / FLITE_RATE;
    const from = index === 0 ? first : 0;
    const to =
      index === chunks.length - 1
        ? Math.min(samples.length / FLITE_RATE, last + 0.03)
        : samples.length / FLITE_RATE;
    const cut = samples.slice(Math.round(from * FLITE_RATE), Math.round(to * FLITE_RATE));
    chunk.forEach((word, i) => {
      const span = spans[i] ?? { start_s: last, end_s: last };
      timed.push({
        text: word.text,
        start_s: offset + span.start_s - from,
        end_s: offset + span.end_s - from,
      });
    });
    parts.push(cut);
    offset += cut.length / FLITE_RATE;
  }
  const samples = joinSamples(parts);
  fadeEnds(samples);
  return { sample_rate: FLITE_RATE, samples, words: timed };
}

/** Groups of words that are spoken in one go: whole sentences up to a length, else cut at a comma or a word. */
function chunkWords(words: readonly SpeakableWord[]): SpeakableWord[][] {
  const chunks: SpeakableWord[][] = [];
  let rest = [...words];
  while (rest.length > 0) {
    let length = 0;
    let fit = 0;
    let best = 0;
    for (const word of rest) {
      length += word.spoken.length + 1;
      if (fit > 0 && length > CHUNK_CHARS) break;
      fit += 1;
      if (word.after === "." || word.after === "?") best = fit;
    }
    if (best === 0 && fit < rest.length)
      best = rest.slice(0, fit).findLastIndex((word) => word.after === ",") + 1;
    const take = fit === rest.length ? fit : best || fit;
    chunks.push(rest.slice(0, take));
    rest = rest.slice(take);
  }
  // A chunk with nothing to say would make no sound file: its words belong to the one before.
  return chunks.reduce<SpeakableWord[][]>((kept, chunk) => {
    const previous = kept.at(-1);
    const silent = chunk.every((word) => word.spoken === "");
    if (previous && (silent || previous.every((word) => word.spoken === ""))) previous.push(...chunk);
    else kept.push(chunk);
    return kept;
  }, []);
}

async function learnPronunciations(words: readonly SpeakableWord[], signal: AbortSignal): Promise<void> {
  const unknown = [...new Set(words.map((word) => word.spoken))].filter(
    (spoken) => spoken !== "" && !pronunciations.has(spoken),
  );
  if (unknown.length === 0) return;
  const lines = await printPhones(unknown.join("\n\n"));
  if (lines.length === unknown.length) {
    unknown.forEach((spoken, i) => {
      pronunciations.set(spoken, lines[i] ?? []);
    });
    return;
  }
  // The voice broke one of them into several utterances: ask for each alone.
  for (const spoken of unknown) {
    signal.throwIfAborted();
    pronunciations.set(spoken, (await printPhones(spoken)).flat());
  }
}

async function printPhones(text: string): Promise<string[][]> {
  const { printed } = await runFlite(text, ["-voice", PRONOUNCING_VOICE, "-ps"], false);
  return printed
    .split("\n")
    .map((line) => line.trim().split(/\s+/).filter(Boolean))
    .filter((line) => line.length > 0);
}

/** Reads `pau:0.119 hh:0.212 …`, one line per utterance, each counted from its own start. */
function timePhones(printed: string, duration: number): TimedPhone[] {
  const phones: { phone: string; start_s: number; end_s: number }[] = [];
  let offset = 0;
  for (const line of printed.split("\n")) {
    let end = 0;
    for (const [, phone = "", until = "0"] of line.matchAll(/(\S+):(\d+\.\d+)/g)) {
      phones.push({ phone, start_s: offset + end, end_s: offset + Number(until) });
      end = Number(until);
    }
    offset += end;
  }
  // Printed times are rounded per utterance; the sound's real length corrects what adds up.
  const scale = offset > 0 ? duration / offset : 1;
  return phones.map((p) => ({ phone: p.phone, start_s: p.start_s * scale, end_s: p.end_s * scale }));
}

function fadeEnds(samples: Float32Array): void {
  const length = Math.min(FADE_SAMPLES, samples.length >> 1);
  for (let i = 0; i < length; i += 1) {
    const gain = i / length;
    samples[i] = (samples[i] ?? 0) * gain;
    samples[samples.length - 1 - i] = (samples[samples.length - 1 - i] ?? 0) * gain;
  }
}
