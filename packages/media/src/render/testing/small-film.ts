import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Render } from "@greenlight/contract/render";

export const SMALL_ENCODE: Render["video"] = {
  fps: 30,
  preset: "veryfast",
  crf: 19,
  threads: 2,
  gop_s: 1,
  audio_kbps: 192,
  animatic_short_side: 120,
  animatic_fps: 15,
};

export function scratchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "greenlight-render-"));
}

/** A 16-bit stereo WAV at 48 kHz: a chord that fades in, clearly not silent. */
export async function writeChord(path: string, seconds: number): Promise<void> {
  const rate = 48_000;
  const count = Math.round(seconds * rate);
  const data = Buffer.alloc(44 + count * 4);
  data.write("RIFF", 0, "latin1");
  data.writeUInt32LE(36 + count * 4, 4);
  data.write("WAVEfmt ", 8, "latin1");
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(2, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 4, 28);
  data.writeUInt16LE(4, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36, "latin1");
  data.writeUInt32LE(count * 4, 40);
  for (let n = 0; n < count; n++) {
    const t = n / rate;
    const tone = (hz: number) => Math.sin(2 * Math.PI * hz * t);
    const loud = 6000 * Math.min(1, t * 4);
    data.writeInt16LE(Math.round(loud * (tone(220) + tone(277) + tone(330))), 44 + n * 4);
    data.writeInt16LE(Math.round(loud * (tone(220) + tone(440) + tone(554))), 46 + n * 4);
  }
  await writeFile(path, data);
}
