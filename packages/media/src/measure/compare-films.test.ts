import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeWav } from "../audio/wav.ts";
import { compareFilms } from "./compare-films.ts";
import { comparePictures } from "./compare-pictures.ts";
import { type Clip, makeClip } from "./testing/make-clip.ts";
import { TornSide } from "./torn-side.ts";

const { signal } = new AbortController();
let dir: string;
const at = (name: string) => join(dir, name);

/** A tone that begins at once would ring in the encoder. */
const faded = (t: number) => Math.min(1, t * 20);

/** Stripes that wander by 40 pixels a second; `light` is added from `from_s` on. */
const film = (
  file: string,
  more: Partial<Clip> & { light?: number; from_s?: number } = {},
): Promise<void> => {
  const { light = 0, from_s = 0, width = 160, height = 96, ...rest } = more;
  const paint = (luma: Uint8Array, t: number) => {
    for (let i = 0; i < luma.length; i++)
      luma[i] = (((i % width) + Math.round(t * 40)) % 16 < 8 ? 60 : 140) + (t >= from_s ? light : 0);
  };
  const sound = (t: number) => 0.1 * faded(t) * Math.sin(2 * Math.PI * 997 * t);
  return makeClip({ file, length_s: 3, fps: 25, width, height, paint, sound, gop: 25, ...rest });
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "greenlight-compare-"));
  await Promise.all([
    film(at("a.mp4")),
    film(at("lighter-end.mp4"), { light: 40, from_s: 1.5 }),
    film(at("longer.mp4"), {
      length_s: 4,
      fps: 30,
      sound: (t) => 0.05 * faded(t) * Math.sin(2 * Math.PI * 997 * t),
    }),
    film(at("tall.mp4"), { width: 96, height: 160 }),
  ]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it("finds a film like itself at every moment", async () => {
  const { before, after, moments } = await compareFilms(at("a.mp4"), at("a.mp4"), signal);
  expect(after).toEqual(before);
  expect(before.picture).toMatchObject({ width: 160, height: 96, fps: 25, turns: 0 });
  expect(before.picture?.duration_s).toBeCloseTo(3, 5);
  expect(before.bit_rate).toBeCloseTo(((await readFile(at("a.mp4"))).length * 8) / 3, -5);
  expect(moments).toHaveLength(12);
  for (const moment of moments ?? []) expect(moment).toMatchObject({ ssim: 1, colour_difference: 0 });
});

it("measures loudness and true peak of a known tone", async () => {
  const { before, after } = await compareFilms(at("a.mp4"), at("longer.mp4"), signal);
  // A 997 Hz sine of amplitude A in both channels reads 20·log10(A) LUFS (BS.1770: −0.691 + K gain + 3.01 − 3.01).
  expect(before.sound?.integrated_lufs).toBeCloseTo(-20, 0);
  expect(before.sound?.true_peak_dbtp).toBeCloseTo(-20, 0);
  expect((after.sound?.integrated_lufs ?? 0) - (before.sound?.integrated_lufs ?? 0)).toBeCloseTo(-6.02, 1);
  expect(after.picture).toMatchObject({ fps: 30 });
  expect(after.picture?.duration_s).toBeCloseTo(4, 5);
});

it("tells at which moments the picture changed", async () => {
  const { moments } = await compareFilms(at("a.mp4"), at("lighter-end.mp4"), signal);
  for (const { at_s, ssim, colour_difference } of moments ?? []) {
    expect(ssim > 0.99).toBe(at_s < 1.5);
    expect(colour_difference > 20).toBe(at_s > 1.5);
  }
});

it("does not lay pictures of different shapes over each other", async () => {
  const { before, after, moments } = await compareFilms(at("a.mp4"), at("tall.mp4"), signal);
  expect(moments).toBeNull();
  expect([before.picture?.width, after.picture?.width]).toEqual([160, 96]);
});

it("measures sound files, silent ones too", async () => {
  const wav = (value: number) =>
    writeWav(
      { sample_rate: 48_000, channels: [new Float32Array(48_000).fill(value), new Float32Array(48_000)] },
      "pcm16",
    );
  await writeFile(at("silent.wav"), wav(0));
  await writeFile(at("half.wav"), wav(0.5));
  const { before, after, moments } = await compareFilms(at("silent.wav"), at("half.wav"), signal);
  expect(moments).toBeNull();
  expect(before).toMatchObject({ picture: null, sound: { integrated_lufs: null, true_peak_dbtp: null } });
  expect(after.sound?.duration_s).toBeCloseTo(1, 6);
  expect(after.sound?.true_peak_dbtp).toBeGreaterThan(-6.1);
});

it("says which of two files is torn, and stops when nobody waits", async () => {
  await copyFile(at("a.mp4"), at("cut.mp4"));
  await truncate(at("cut.mp4"), 9_000);
  await writeFile(at("empty.mp4"), "");
  await writeFile(at("words.mp4"), "these are words");
  for (const name of ["cut.mp4", "empty.mp4", "words.mp4"]) {
    const torn = await compareFilms(at("a.mp4"), at(name), signal).catch((error: unknown) => error);
    expect(torn, name).toBeInstanceOf(TornSide);
    expect(torn).toMatchObject({ side: "after" });
  }
  const gone = new AbortController();
  gone.abort(new Error("gone"));
  await expect(compareFilms(at("a.mp4"), at("a.mp4"), gone.signal)).rejects.toThrow("gone");
});

it("compares pictures by their pixels", async () => {
  const picture = async (name: string, size: readonly [number, number], colour: string) => {
    const canvas = createCanvas(...size);
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = "#204060";
    ctx.fillRect(0, 0, ...size);
    ctx.fillStyle = colour;
    ctx.fillRect(0, 0, size[0] / 2, size[1]);
    await writeFile(at(name), canvas.toBuffer("image/png"));
    return at(name);
  };
  const a = await picture("a.png", [200, 100], "#ffffff");
  const b = await picture("b.png", [200, 100], "#f5ffff");
  const large = await picture("large.png", [400, 200], "#ffffff");
  const tall = await picture("tall.png", [100, 200], "#ffffff");
  const tiny = await picture("tiny.png", [4, 2], "#ffffff");
  expect(await comparePictures(a, a)).toMatchObject({ likeness: { ssim: 1, colour_difference: 0 } });
  // Ten levels of one colour of three, on half of the picture.
  const { likeness } = await comparePictures(a, b);
  expect(likeness?.colour_difference).toBeCloseTo(10 / 6, 2);
  expect(likeness?.ssim).toBeGreaterThan(0.9);
  const scaled = await comparePictures(a, large);
  expect(scaled).toMatchObject({ before: { width: 200, height: 100 }, after: { width: 400, height: 200 } });
  expect(scaled.likeness?.ssim).toBeGreaterThan(0.98);
  expect((await comparePictures(a, tall)).likeness).toBeNull();
  expect((await comparePictures(tiny, tiny)).likeness).toBeNull();
  await writeFile(at("torn.png"), (await readFile(a)).subarray(0, 40));
  await expect(comparePictures(at("torn.png"), a)).rejects.toMatchObject({ side: "before" });
});
