import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeWav } from "../audio/wav.ts";
import { drawnFrames } from "../measure/drawn-frames.ts";
import { type Clip, makeClip } from "../measure/testing/make-clip.ts";
import { makeWebm } from "../measure/testing/make-webm.ts";
import { renderBeat } from "../render/render-beat.ts";
import { smallBeat } from "../render/testing/small-beat.ts";
import { checkClip } from "../video/check-clip.ts";
import { closingScene } from "./closing-scene.ts";
import { prepareScene } from "./prepare-scene.ts";
import type { SceneSpec, VideoLayer } from "./scene-spec.ts";

let dir: string;
const at = (name: string) => join(dir, name);
const openImage = async (id: string) => at(id);
const LIMITS = { side_px: 4096, length_s: 600 };

/** Luma of the picture at `t_s`: from 40 on, 20 more with every tenth of a second for a second, then again. */
const lumaAt = (t_s: number) => 40 + 20 * (Math.floor(t_s * 10 + 1e-6) % 10);

const clip = (name: string, more: Partial<Clip> = {}) =>
  makeClip({
    ...{ file: at(name), length_s: 2, fps: 10, width: 64, height: 64 },
    paint: (luma, t) => luma.fill(lumaAt(t)),
    sound: () => 0,
    ...more,
  });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "greenlight-video-"));
  await Promise.all([
    clip("two.mp4"),
    clip("long.mp4", { length_s: 9, gop: 10 }),
    clip("wide.mp4", {
      width: 128,
      // Dark left and right quarters, which a square box cuts off.
      paint: (luma) => {
        for (let i = 0; i < luma.length; i++) luma[i] = i % 128 < 30 || i % 128 >= 98 ? 16 : 180;
      },
    }),
  ]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Copies an MP4 with the matrix of its picture's track saying that it is to be turned a quarter clockwise. */
async function turned(from: string, to: string): Promise<void> {
  const bytes = await readFile(at(from));
  // In a track header the matrix follows 40 bytes after the type (ISO/IEC 14496-12 §8.3.2, version 0).
  const matrix = bytes.indexOf("tkhd") + 4 + 40;
  const quarter = [0, 1, 0, -1, 0, 0];
  for (const [i, value] of quarter.entries()) bytes.writeInt32BE(value * 0x10000, matrix + 4 * i);
  await writeFile(at(to), bytes);
}

/** A square scene that shows this video alone, and stands still. */
function sceneOf(id: string, more: Partial<VideoLayer> = {}, duration_s = 4): SceneSpec {
  const box = { x: 0, y: 0, width: 64, height: 64 };
  return {
    ...{ beat_id: "b01", kind: "image", width: 64, height: 64, duration_s, motion: "push_in", push: 1 },
    background: { colour: "#ff0000", glows: [], drift: [0, 0] },
    layers: [
      {
        ...{ type: "video", id, box, from_s: 0, length_s: 2, leave_s: null, depth: 1 },
        ...{ enter: { kind: "fade", at_s: 0, duration_s: 0 }, ...more },
      },
    ],
  };
}

/** Mean level of red, green and blue in a scene at these moments, and how far any pixel is from it. */
async function levels(spec: SceneSpec, times: readonly number[]) {
  const scene = await prepareScene(spec, { openImage });
  const ctx = createCanvas(64, 64).getContext("2d");
  const found: { mean: number; spread: number }[] = [];
  for (const t of times) {
    await scene.load(t, 1);
    scene.draw(ctx, t);
    const { data } = ctx.getImageData(0, 0, 64, 64);
    const colours = [...data].filter((_, i) => i % 4 !== 3);
    const mean = colours.reduce((a, b) => a + b, 0) / colours.length;
    found.push({ mean, spread: Math.max(...colours.map((c) => Math.abs(c - mean))) });
  }
  await scene.close();
  return found;
}

/** What a coded luma becomes on the screen: to full range, then squeezed as photographs are. */
const shown = (luma: number) => ((luma - 16) / 219) * 255 * 0.93 + 7.7;

describe("a video in a scene", () => {
  it("plays from its start in time with the film, fills the frame, and stays at its last picture", async () => {
    const times = [0, 0.1, 1 / 30, 0.95, 1, 1.999, 2, 2.5, 3.9];
    const found = await levels(sceneOf("two.mp4"), times);
    const wanted = times.map((t) => shown(lumaAt(Math.min(t, 1.9))));
    for (const [i, { mean, spread }] of found.entries()) {
      expect(Math.abs(mean - (wanted[i] ?? 0)), `at ${times[i]} s`).toBeLessThan(4);
      expect(spread).toBeLessThan(5);
    }
  });

  it("plays WebM as it plays MP4", async () => {
    const paint = (luma: Uint8Array, t: number) => luma.fill(lumaAt(t));
    const film = { length_s: 6, fps: 10, width: 64, height: 64, gop: 10, paint, sound: () => 0 };
    await makeWebm({ ...film, file: at("six.webm") });
    expect((await checkClip(at("six.webm"), LIMITS)).duration_s).toBeCloseTo(6, 3);
    const times = [0.35, 5.55, 1.05];
    const found = await levels(sceneOf("six.webm", { length_s: 6 }, 6), times);
    for (const [i, { mean }] of found.entries())
      expect(Math.abs(mean - shown(lumaAt(times[i] ?? 0))), `at ${times[i]} s`).toBeLessThan(4);
    await truncate(at("six.webm"), 12_000);
    await expect(checkClip(at("six.webm"), LIMITS)).rejects.toMatchObject({ name: "UnreadableFilm" });
  });

  it("shows the same pictures in any order", async () => {
    const times = [0.3, 8.2, 1.1, 8.2, 0, 5.5];
    const spec = sceneOf("long.mp4", { length_s: 9 }, 9);
    const forward = await levels(
      spec,
      times.toSorted((a, b) => a - b),
    );
    const mixed = await levels(spec, times);
    expect(mixed.map((m) => m.mean).toSorted((a, b) => a - b)).toEqual(
      forward.map((m) => m.mean).toSorted((a, b) => a - b),
    );
    for (const [i, { mean }] of mixed.entries())
      expect(Math.abs(mean - shown(lumaAt(times[i] ?? 0))), `at ${times[i]} s`).toBeLessThan(4);
  });

  it("covers its box and cuts off what sticks out on both sides", async () => {
    const [found] = await levels(sceneOf("wide.mp4"), [0.5]);
    expect(Math.abs((found?.mean ?? 0) - shown(180))).toBeLessThan(4);
  });

  it("stands upright as a camera meant it", async () => {
    const paint = (luma: Uint8Array) => {
      for (let i = 0; i < luma.length; i++) luma[i] = i % 64 < 32 ? 40 : 200;
    };
    await clip("half.mp4", { paint, length_s: 0.5 });
    await turned("half.mp4", "upright.mp4");
    const scene = await prepareScene(sceneOf("upright.mp4"), { openImage });
    const ctx = createCanvas(64, 64).getContext("2d");
    await scene.load(0, 1);
    scene.draw(ctx, 0);
    await scene.close();
    const level = (x: number, y: number) => ctx.getImageData(x, y, 1, 1).data[0] ?? 0;
    // What was at the left is at the top.
    for (const x of [8, 56]) {
      expect(Math.abs(level(x, 12) - shown(40))).toBeLessThan(4);
      expect(Math.abs(level(x, 52) - shown(200))).toBeLessThan(4);
    }
  });

  it("closes as it ends: with the picture then seen, and as standing once it has ended", async () => {
    for (const [duration_s, layers] of [
      [1.25, {}],
      [0.4, {}],
      [3, {}],
    ] as const) {
      const spec = sceneOf("two.mp4", layers, duration_s);
      const closing = closingScene(spec);
      const [end] = await levels(spec, [duration_s]);
      expect(await levels(closing, [closing.duration_s])).toEqual([end]);
    }
    expect(closingScene(sceneOf("two.mp4", {}, 3))).toEqual(closingScene(sceneOf("two.mp4", {}, 5)));
  });
});

describe("a beat with a video", () => {
  const beatOf = (out: string, id = "two.mp4") => {
    const beat = smallBeat(out, 45);
    const spec = sceneOf(id, {}, 1.5);
    return { ...beat, spec, width: 64, height: 64, captions: { ...beat.captions, burn_in: false } };
  };
  const sha = async (path: string) =>
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex");

  it("renders to the same bytes each time, and its frames are drawn again as they were", async () => {
    await renderBeat(beatOf(at("a.mp4")), { openImage });
    await renderBeat(beatOf(at("b.mp4")), { openImage });
    expect(await sha(at("b.mp4"))).toBe(await sha(at("a.mp4")));
    const again = drawnFrames([beatOf("")], { openImage });
    for (const index of [0, 44, 20]) {
      const pixels = await again(index, index / 30);
      expect(Math.abs((pixels?.[0] ?? 0) - shown(lumaAt(index / 30)))).toBeLessThan(4);
    }
  });

  it("fails with a code when the video breaks off, and stops when told to", async () => {
    await copyFile(at("long.mp4"), at("torn.mp4"));
    await truncate(at("torn.mp4"), 6_000);
    await expect(renderBeat(beatOf(at("c.mp4"), "torn.mp4"), { openImage })).rejects.toMatchObject({
      code: "media_unreadable",
    });
    const stop = new AbortController();
    const onFrame = (frames: number) => frames === 5 && stop.abort(new Error("stopped"));
    await expect(
      renderBeat(beatOf(at("d.mp4")), { openImage, signal: stop.signal, onFrame }),
    ).rejects.toThrow("stopped");
  });
});

describe("checkClip", () => {
  it("takes what can be shown and says its size and length", async () => {
    expect(await checkClip(at("wide.mp4"), LIMITS)).toMatchObject({ width: 128, height: 64, turns: 0 });
    expect((await checkClip(at("long.mp4"), LIMITS)).duration_s).toBeCloseTo(9, 5);
    await turned("wide.mp4", "tall.mp4");
    expect(await checkClip(at("tall.mp4"), LIMITS)).toMatchObject({ width: 64, height: 128, turns: 1 });
  });

  it.each([
    ["longer than allowed", { side_px: 4096, length_s: 8 }, /9 s long/],
    ["larger than allowed", { side_px: 60, length_s: 60 }, /64×64/],
  ])("refuses what is %s", async (_what, limits, told) => {
    await expect(checkClip(at("long.mp4"), limits)).rejects.toThrow(told);
    await expect(checkClip(at("long.mp4"), limits)).rejects.toMatchObject({ name: "UnusableClip" });
  });

  it.each([0, 100, 3_000, 8_000])("refuses a file of which %d bytes are left", async (bytes) => {
    await copyFile(at("long.mp4"), at("cut.mp4"));
    await truncate(at("cut.mp4"), bytes);
    await expect(checkClip(at("cut.mp4"), LIMITS)).rejects.toMatchObject({ name: "UnreadableFilm" });
  });

  it("refuses sound without a picture", async () => {
    const silence = [new Float32Array(48_000)];
    await writeFile(at("sound.wav"), writeWav({ sample_rate: 48_000, channels: silence }, "pcm16"));
    await expect(checkClip(at("sound.wav"), LIMITS)).rejects.toThrow("no picture");
    await expect(checkClip(at("sound.wav"), LIMITS)).rejects.toMatchObject({ name: "UnusableClip" });
  });

  it("refuses what is no film", async () => {
    await writeFile(at("words.mp4"), "only words");
    await expect(checkClip(at("words.mp4"), LIMITS)).rejects.toMatchObject({ name: "UnreadableFilm" });
  });
});
