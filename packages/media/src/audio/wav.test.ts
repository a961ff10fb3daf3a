import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spokenToWav, wavToSpoken } from "../speech/spoken-file.ts";
import { readWav, writeWav } from "./wav.ts";

const STEP = { pcm16: 1 / 32_768, pcm24: 1 / 8_388_608, float32: 0 } as const;

describe("WAVE files", () => {
  it.each(["pcm16", "pcm24", "float32"] as const)("%s reads back what was written, to its step", (format) => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1, max: Math.fround(0.999), noNaN: true }), { maxLength: 50 }),
        (samples) => {
          const left = Float32Array.from(samples);
          const right = left.map((s) => -s);
          const sound = readWav(writeWav({ sample_rate: 44_100, channels: [left, right] }, format));
          expect(sound.sample_rate).toBe(44_100);
          for (const [i, sample] of left.entries()) {
            expect(Math.abs((sound.channels[0]?.[i] ?? 9) - sample)).toBeLessThanOrEqual(STEP[format]);
            expect(Math.abs((sound.channels[1]?.[i] ?? 9) + sample)).toBeLessThanOrEqual(STEP[format]);
          }
        },
      ),
    );
  });

  it("clips what PCM cannot hold", () => {
    const sound = readWav(writeWav({ sample_rate: 8000, channels: [Float32Array.of(3, -3)] }, "pcm16"));
    expect(Array.from(sound.channels[0] ?? [])).toEqual([32_767 / 32_768, -1]);
  });

  it("passes over chunks it does not know", () => {
    const plain = writeWav({ sample_rate: 8000, channels: [Float32Array.of(0.5)] }, "float32");
    const extra = Buffer.concat([
      plain.subarray(0, 36),
      Buffer.from("LIST\x03\0\0\0abc\0", "latin1"),
      plain.subarray(36),
    ]);
    expect(readWav(extra).channels[0]?.[0]).toBe(0.5);
  });

  it("refuses what is no WAVE file", () => {
    expect(() => readWav(Buffer.from("hello"))).toThrow("not a RIFF WAVE file");
    const alaw = Buffer.from(writeWav({ sample_rate: 8000, channels: [Float32Array.of(0)] }, "pcm16"));
    alaw.writeUInt16LE(6, 20);
    expect(() => readWav(alaw)).toThrow("encoding 6");
  });

  it("keeps speech bit for bit", () => {
    const words = [{ text: "Hi.", start_s: 0, end_s: 0.1 }];
    const spoken = { sample_rate: 16_000, samples: Float32Array.of(0.1, -0.7, Math.PI / 4), words };
    expect(wavToSpoken(spokenToWav(spoken), words)).toEqual(spoken);
  });
});
