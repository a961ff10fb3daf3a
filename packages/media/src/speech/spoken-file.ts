import { readWav, writeWav } from "../audio/wav.ts";
import type { Spoken, SpokenWord } from "./spoken.ts";

/** The sound as a mono 32-bit float WAVE file: reading it gives the same samples, bit for bit. */
export function spokenToWav(spoken: Spoken): Uint8Array {
  return writeWav({ sample_rate: spoken.sample_rate, channels: [spoken.samples] }, "float32");
}

/** @throws Error when the bytes are no mono WAVE file. */
export function wavToSpoken(bytes: Uint8Array, words: readonly SpokenWord[]): Spoken {
  const { sample_rate, channels } = readWav(bytes);
  const [samples, other] = channels;
  if (!samples || other) throw new Error(`speech must have one channel, not ${channels.length}`);
  return { sample_rate, samples, words };
}
