import { joinSamples } from "../audio/filter-audio.ts";
import type { Span } from "./align-phones.ts";
import type { SpeakableWord } from "./speakable.ts";
import { nothingSpoken, type Spoken, type SpokenWord } from "./spoken.ts";

/** One chunk as a synthesizer gives it: times in seconds from the chunk's first sample, one span per word. */
export type ChunkSound = {
  readonly samples: Float32Array;
  readonly spans: readonly Span[];
  /** From the first to the last sound; outside is silence. */
  readonly sounding: Span;
};

const CHUNK_CHARS = 320;
const RELEASE_S = 0.03;
const FADE_S = 0.005;

/**
 * Speaks words chunk by chunk (whole sentences where possible) and joins the chunks. The voice's own pauses stay
 * between chunks; silence before the first sound and after the last is cut, so that speech starts at 0.
 */
export async function speakChunks(
  words: readonly SpeakableWord[],
  rate: number,
  speak: (chunk: readonly SpeakableWord[]) => Promise<ChunkSound>,
  signal: AbortSignal,
): Promise<Spoken> {
  if (!words.some((word) => word.spoken !== "")) return nothingSpoken(rate);
  const chunks = chunkWords(words);
  const parts: Float32Array[] = [];
  const timed: SpokenWord[] = [];
  let offset = 0;
  for (const [index, chunk] of chunks.entries()) {
    signal.throwIfAborted();
    const { samples, spans, sounding } = await speak(chunk);
    const length = samples.length / rate;
    const from = index === 0 ? sounding.start_s : 0;
    const to = index === chunks.length - 1 ? Math.min(length, sounding.end_s + RELEASE_S) : length;
    const cut = samples.slice(Math.round(from * rate), Math.round(to * rate));
    const end = offset + cut.length / rate;
    for (const [i, word] of chunk.entries()) {
      const span = spans[i] ?? { start_s: sounding.end_s, end_s: sounding.end_s };
      const start_s = Math.max(timed.at(-1)?.end_s ?? 0, Math.min(end, offset + span.start_s - from));
      timed.push({
        text: word.text,
        start_s,
        end_s: Math.max(start_s, Math.min(end, offset + span.end_s - from)),
      });
    }
    parts.push(cut);
    offset = end;
    // A synthesizer holds the thread while it speaks: let others (and a cancel) have a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const samples = joinSamples(parts);
  fadeEnds(samples, Math.round(FADE_S * rate));
  return { sample_rate: rate, samples, words: timed };
}

/** Groups of words that are spoken in one go: whole sentences up to a length, else cut at a comma or a word. */
export function chunkWords(words: readonly SpeakableWord[]): SpeakableWord[][] {
  const chunks: SpeakableWord[][] = [];
  let rest = [...words];
  while (rest.length > 0) {
    const fit = wordsThatFit(rest);
    const head = rest.slice(0, fit);
    const sentence = head.findLastIndex((word) => word.after === "." || word.after === "?") + 1;
    const clause = head.findLastIndex((word) => word.after === ",") + 1;
    const take = fit === rest.length ? fit : sentence || clause || fit;
    chunks.push(rest.slice(0, take));
    rest = rest.slice(take);
  }
  return joinSilent(chunks);
}

function wordsThatFit(words: readonly SpeakableWord[]): number {
  let length = 0;
  for (const [index, word] of words.entries()) {
    length += word.spoken.length + 1;
    if (index > 0 && length > CHUNK_CHARS) return index;
  }
  return words.length;
}

/** A chunk with nothing to say would make no sound: its words belong to a neighbour. */
function joinSilent(chunks: readonly SpeakableWord[][]): SpeakableWord[][] {
  const joined: SpeakableWord[][] = [];
  for (const chunk of chunks) {
    const previous = joined.at(-1);
    if (previous && (isSilent(chunk) || isSilent(previous))) previous.push(...chunk);
    else joined.push([...chunk]);
  }
  return joined;
}

function isSilent(chunk: readonly SpeakableWord[]): boolean {
  return chunk.every((word) => word.spoken === "");
}

function fadeEnds(samples: Float32Array, length: number): void {
  const fade = Math.min(length, samples.length >> 1);
  for (let i = 0; i < fade; i += 1) {
    const gain = i / fade;
    const at = samples.length - 1 - i;
    samples[i] = (samples[i] ?? 0) * gain;
    samples[at] = (samples[at] ?? 0) * gain;
  }
}
