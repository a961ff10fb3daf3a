import { expect, it } from "vitest";
import { PROGRAM_RATE } from "../audio/stereo.ts";
import { integratedLoudness } from "../measure/loudness.ts";
import { previewVoice } from "./voice-stem.ts";

const RATE = 16_000;
/** Syllables: a buzz of 140 Hz whose loudness rises and falls four times a second. */
const samples = Float32Array.from({ length: 4 * RATE }, (_, i) => {
  const t = i / RATE;
  return 0.4 * Math.sin(Math.PI * t * 4) ** 2 * (((t * 140) % 1) - 0.5);
});
const request = {
  duration_s: 6,
  beats: [{ beat_id: "b01", speech_start_s: 1, speech: { sample_rate: RATE, samples } }],
  levels: { voice_db: 0, beat_db: new Map() },
  render: { speech: { voices: {}, loudness_lufs: -16, highpass_hz: 80 } },
  signal: new AbortController().signal,
};
const peak = (of: Float32Array) => of.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

it("is as long as the film, speaks where it should, and is near the loudness asked for", async () => {
  const { left, right } = await previewVoice(request, -14);
  expect([left.length, right.length]).toEqual([6 * PROGRAM_RATE, 6 * PROGRAM_RATE]);
  expect(peak(left.subarray(0, 0.9 * PROGRAM_RATE))).toBeLessThan(0.001);
  expect(peak(left.subarray(1.1 * PROGRAM_RATE, 2 * PROGRAM_RATE))).toBeGreaterThan(0.1);
  expect(Math.abs((await integratedLoudness({ left, right })) + 14)).toBeLessThan(1);
});

it("follows a quieter profile, and does not clip for a louder one", async () => {
  const quiet = await previewVoice(request, -23);
  expect(Math.abs((await integratedLoudness(quiet)) + 23)).toBeLessThan(1);
  expect(peak((await previewVoice(request, -5)).left)).toBeLessThanOrEqual(0.91);
});

it("leaves a film without speech silent", async () => {
  const { left } = await previewVoice({ ...request, beats: [] }, -14);
  expect(peak(left)).toBe(0);
});
