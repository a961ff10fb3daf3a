import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderBeat } from "../render/render-beat.ts";
import { smallBeat } from "../render/testing/small-beat.ts";
import { decodePicture } from "./decode-picture.ts";
import { drawnFrames } from "./drawn-frames.ts";
import { SsimMeter } from "./ssim-meter.ts";

const FRAMES = 24;
const openImage = () => Promise.reject(new Error("the scene has no picture"));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drawn-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function similarity(drawnTitle: string): Promise<SsimMeter["readings"]> {
  const out = join(folder, "beat.mp4");
  const beat = smallBeat(out, FRAMES);
  await renderBeat({ ...beat, encode: { ...beat.encode, crf: 10 } }, { openImage });
  const draw = drawnFrames([smallBeat(out, FRAMES, drawnTitle)], { openImage });
  const meter = new SsimMeter(draw, FRAMES / beat.fps, beat.fps);
  await decodePicture(out, {
    ...{ black_s: 1, freeze_s: 1, freeze_db: -60 },
    ...{ observers: [], full_frames: [meter], signal: new AbortController().signal },
  });
  return meter.readings;
}

it("draws the frames that were encoded", async () => {
  const readings = await similarity("Where the rain goes");
  expect(readings.length).toBeGreaterThanOrEqual(12);
  for (const { ssim, time_s } of readings) expect(ssim, `at ${time_s} s`).toBeGreaterThan(0.97);
});

it("tells a film of other pictures from the one that was drawn", async () => {
  const readings = await similarity("Something else entirely");
  expect(Math.min(...readings.map(({ ssim }) => ssim))).toBeLessThan(0.95);
});

it("knows frames of every beat, from the first to the last, and none beyond", async () => {
  const beats = [smallBeat("", 3, "One"), smallBeat("", 4, "Two")];
  const draw = drawnFrames(beats, { openImage });
  const alone = await drawnFrames([smallBeat("", 4, "Two")], { openImage })(3, 0);
  expect(await draw(6, 0)).toEqual(alone);
  expect(await draw(7, 0)).toBeNull();
  expect(await draw(2, 0)).not.toEqual(await draw(3, 0));
});
