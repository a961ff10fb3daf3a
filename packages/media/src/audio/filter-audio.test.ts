import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { measureLoudness } from "../measure/loudness.ts";
import { decodeFile, UnreadableAudio } from "./decode-file.ts";
import { filterSound } from "./filter-audio.ts";
import { loopSound } from "./loop-sound.ts";
import { resample } from "./resample.ts";
import { silence } from "./stereo.ts";
import { writeWav } from "./wav.ts";

const folder = mkdtempSync(join(tmpdir(), "greenlight-audio-"));
afterAll(() => rmSync(folder, { recursive: true }));

function tone(hz: number, seconds: number, rate: number, level = 0.1): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate),
  );
}

describe("filterSound", () => {
  it("passes samples through unchanged, of any length", async () => {
    for (const length of [1, 100, 23_999, 24_000, 24_001, 100_000]) {
      const samples = tone(997, length / 48_000, 48_000);
      const { channels } = await filterSound("anull", [samples, samples], 48_000);
      expect(channels.length).toBe(2);
      for (const channel of channels) {
        expect(channel.length).toBe(length);
        expect(channel.every((s, i) => s === samples[i])).toBe(true);
      }
    }
  });

  it("says when a filter does not exist", async () => {
    await expect(filterSound("nosuchfilter", [tone(100, 1, 48_000)], 48_000)).rejects.toThrow();
  });
});

describe("measureLoudness", () => {
  it("measures EBU Tech 3341's first case: a 997 Hz tone at −23 dBFS in both channels is −23 LUFS", async () => {
    const left = tone(997, 20, 48_000, 10 ** (-23 / 20));
    const loudness = await measureLoudness({ left, right: left });
    expect(Math.abs(loudness.integrated_lufs + 23)).toBeLessThan(0.1);
    expect(Math.abs(loudness.true_peak_dbtp + 23)).toBeLessThan(0.2);
    expect(loudness.lra_lu).toBeLessThan(0.1);
  });

  it("sees a peak between samples", async () => {
    // A quarter of the sample rate, 45° off: the samples reach 0.707 of the wave.
    const left = Float32Array.from(
      { length: 48_000 },
      (_, i) => 0.9 * Math.sin((Math.PI / 2) * i + Math.PI / 4),
    );
    const { true_peak_dbtp } = await measureLoudness({ left, right: left });
    expect(true_peak_dbtp).toBeGreaterThan(-1.3);
  });

  it("has a floor for silence", async () => {
    expect(await measureLoudness(silence(48_000))).toEqual({
      integrated_lufs: -70,
      true_peak_dbtp: Number.NEGATIVE_INFINITY,
      lra_lu: 0,
    });
  });
});

describe("resample", () => {
  it("keeps length and level", async () => {
    const [samples] = await resample([tone(440, 2, 16_000)], 16_000, 48_000);
    expect(Math.abs((samples?.length ?? 0) - 96_000)).toBeLessThan(3);
    const expected = tone(440, 2, 48_000);
    const middle = samples?.subarray(1000, 90_000) ?? new Float32Array();
    const worst = middle.reduce((most, s, i) => Math.max(most, Math.abs(s - (expected[i + 1000] ?? 9))), 0);
    expect(worst).toBeLessThan(0.001);
  });
});

describe("decodeFile", () => {
  it("reads a mono file of another rate as 48 kHz stereo", async () => {
    const path = join(folder, "tone.wav");
    writeFileSync(path, writeWav({ sample_rate: 44_100, channels: [tone(440, 1, 44_100)] }, "pcm16"));
    const sound = await decodeFile(path);
    expect(Math.abs(sound.left.length - 48_000)).toBeLessThan(100);
    expect(sound.right.every((s, i) => s === sound.left[i])).toBe(true);
    expect(Math.max(...sound.left.subarray(10_000, 20_000))).toBeCloseTo(0.0707, 2);
  });

  it("refuses what is no sound", async () => {
    const path = join(folder, "notes.mp3");
    writeFileSync(path, "no music in here");
    await expect(decodeFile(path)).rejects.toThrow(UnreadableAudio);
    await expect(decodeFile(join(folder, "missing.mp3"))).rejects.toThrow(UnreadableAudio);
  });
});

describe("loopSound", () => {
  const steady = { left: new Float32Array(1000).fill(0.5), right: new Float32Array(1000).fill(0.5) };

  it("repeats without a hole and ends in a fade", () => {
    const looped = loopSound(steady, 4321, 100);
    expect(looped.left.length).toBe(4321);
    for (const sample of looped.left.subarray(0, 4200)) expect(sample).toBeGreaterThan(0.49);
    expect(looped.left.at(-1)).toBe(0);
  });

  it("cuts what is longer, and leaves silence silent", () => {
    expect(loopSound(steady, 300, 100).left.length).toBe(300);
    expect(loopSound(silence(0), 10, 5)).toEqual(silence(10));
  });
});
