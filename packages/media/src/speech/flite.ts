import { readWav } from "../audio/wav.ts";
import { alignPhones, type TimedPhone } from "./align-phones.ts";
import { runFlite } from "./flite-program.ts";
import { type ChunkSound, speakChunks } from "./speak-chunks.ts";
import type { SpeakableWord } from "./speakable.ts";
import type { Spoken } from "./spoken.ts";

/**
 * English voices and how fast each speaks unstretched, words a minute with its own pauses (measured over nine
 * explainer paragraphs; a voice stretched by s speaks at this rate / s).
 */
export const FLITE_VOICES: Readonly<Record<string, number>> = { rms: 163, slt: 186, awb: 180, kal16: 202 };
export const FLITE_RATE = 16_000;

const PAUSE = "pau";
// The diphone voice prints the same phones as the others and costs a fifth of the time.
const PRONOUNCING_VOICE = "kal16";
const pronunciations = new Map<string, readonly string[]>();

/** Speaks English words with Flite. Words without a sound get the moment between their neighbours. */
export async function speakWithFlite(
  words: readonly SpeakableWord[],
  voice: string,
  wordsPerMinute: number,
  signal: AbortSignal,
): Promise<Spoken> {
  const stretch = (FLITE_VOICES[voice] ?? wordsPerMinute) / wordsPerMinute;
  const options = ["-voice", voice, "--setf", `duration_stretch=${stretch.toFixed(4)}`, "-psdur"];
  await learnPronunciations(words, signal);
  return speakChunks(words, FLITE_RATE, (chunk) => speakChunk(chunk, options), signal);
}

async function speakChunk(chunk: readonly SpeakableWord[], options: readonly string[]): Promise<ChunkSound> {
  const text = chunk
    .map((word) => word.spoken + word.after + (/[.?]/.test(word.after) ? "\n\n" : " "))
    .join("");
  const run = await runFlite(text, options, true);
  const samples = readWav(run.wav ?? new Uint8Array()).channels[0] ?? new Float32Array();
  const duration = samples.length / FLITE_RATE;
  const phones = timePhones(run.printed, duration);
  const pronounced = chunk.map((word) => pronunciations.get(word.spoken) ?? []);
  const start_s = phones.find((p) => p.phone !== PAUSE)?.start_s ?? 0;
  const end_s = phones.findLast((p) => p.phone !== PAUSE)?.end_s ?? duration;
  return { samples, spans: alignPhones(phones, pronounced), sounding: { start_s, end_s } };
}

async function learnPronunciations(words: readonly SpeakableWord[], signal: AbortSignal): Promise<void> {
  const unknown = [...new Set(words.map((word) => word.spoken))].filter(
    (spoken) => spoken !== "" && !pronunciations.has(spoken),
  );
  if (unknown.length === 0) return;
  const lines = await printPhones(unknown.join("\n\n"));
  if (lines.length === unknown.length) {
    for (const [i, spoken] of unknown.entries()) pronunciations.set(spoken, lines[i] ?? []);
    return;
  }
  // The voice broke one of them into several utterances: ask for each alone.
  for (const spoken of unknown) {
    signal.throwIfAborted();
    pronunciations.set(spoken, (await printPhones(spoken)).flat());
  }
}

async function printPhones(text: string): Promise<string[][]> {
  // The sound is thrown away: make it as short as can be.
  const args = ["-voice", PRONOUNCING_VOICE, "--setf", "duration_stretch=0.05", "-ps"];
  const { printed } = await runFlite(text, args, false);
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
