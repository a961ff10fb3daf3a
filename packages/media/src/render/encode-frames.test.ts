import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  AV_PROFILE_H264_HIGH,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
} from "node-av";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrames } from "./encode-frames.ts";
import { inspectMp4, topBoxes } from "./testing/inspect-mp4.ts";
import { movingBars } from "./testing/moving-bars.ts";
import { SMALL_ENCODE, scratchFolder } from "./testing/small-film.ts";

let folder: string;
beforeAll(async () => {
  folder = await scratchFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const sha = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

describe("encodeFrames", () => {
  it("writes High, BT.709, constant frame rate, a key frame every gop_s and the index first", async () => {
    const out = join(folder, "a.mp4");
    const heard: number[] = [];
    await encodeFrames({
      source: movingBars(320, 180, 75),
      fps: 30,
      encode: SMALL_ENCODE,
      out,
      onFrame: (frames) => heard.push(frames),
    });
    expect(heard).toEqual(Array.from({ length: 75 }, (_, n) => n + 1));
    const boxes = await topBoxes(out);
    expect(boxes.indexOf("moov")).toBeLessThan(boxes.indexOf("mdat"));
    await inspectMp4(out, ([video]) => {
      const format = video?.stream.codecpar;
      const { profile, width, height, colorSpace, colorRange, colorPrimaries, colorTrc } = format ?? {};
      expect({ profile, width, height, colorSpace, colorRange, colorPrimaries, colorTrc }).toEqual({
        profile: AV_PROFILE_H264_HIGH,
        width: 320,
        height: 180,
        colorSpace: AVCOL_SPC_BT709,
        colorRange: AVCOL_RANGE_MPEG,
        colorPrimaries: AVCOL_PRI_BT709,
        colorTrc: AVCOL_TRC_BT709,
      });
      const shown = video?.packets.map(({ pts }) => Math.round(pts * 30 * 1000) / 1000).sort((a, b) => a - b);
      expect(shown).toEqual(Array.from({ length: 75 }, (_, n) => n));
      const keys = video?.packets.filter(({ key }) => key).map(({ pts }) => Math.round(pts * 30));
      expect(keys).toEqual([0, 30, 60]);
    });
  });

  it("gives the same bytes for the same frames, and others for other frames", async () => {
    const files = ["b1", "b2", "b3"].map((name) => join(folder, `${name}.mp4`));
    for (const [n, out] of files.entries()) {
      const source = movingBars(160, 96, 20, n < 2 ? 200 : 20);
      await encodeFrames({ source, fps: 30, encode: SMALL_ENCODE, out });
    }
    const [one, two, three] = await Promise.all(files.map(sha));
    expect(one).toBe(two);
    expect(one).not.toBe(three);
  });

  it("refuses sizes that 4:2:0 cannot have, naming the field and a size that works", async () => {
    const out = join(folder, "odd.mp4");
    await expect(
      encodeFrames({ source: movingBars(321, 180, 2), fps: 30, encode: SMALL_ENCODE, out }),
    ).rejects.toMatchObject({
      code: "invalid_field",
      message: expect.stringMatching(/width is 321.*use 322/),
    });
    await expect(
      encodeFrames({ source: movingBars(320, 0, 2), fps: 30, encode: SMALL_ENCODE, out }),
    ).rejects.toMatchObject({ code: "invalid_field", message: expect.stringMatching(/height is 0/) });
  });

  it("stops within a few frames when aborted", async () => {
    const abort = new AbortController();
    let drawn = 0;
    const rendering = encodeFrames({
      source: movingBars(640, 360, 100_000),
      fps: 30,
      encode: SMALL_ENCODE,
      out: join(folder, "aborted.mp4"),
      signal: abort.signal,
      onFrame: (frames) => {
        drawn = frames;
        if (frames === 10) abort.abort(new Error("stop"));
      },
    });
    await expect(rendering).rejects.toThrow("stop");
    expect(drawn).toBe(10);
  });

  it("passes on what a source throws while drawing", async () => {
    const source = {
      ...movingBars(160, 96, 5),
      draw: () => {
        throw new Error("no ink");
      },
    };
    const out = join(folder, "broken.mp4");
    await expect(encodeFrames({ source, fps: 30, encode: SMALL_ENCODE, out })).rejects.toThrow("no ink");
  });

  it("says which file cannot be written", async () => {
    const out = join(folder, "missing", "x.mp4");
    const source = movingBars(160, 96, 2);
    await expect(encodeFrames({ source, fps: 30, encode: SMALL_ENCODE, out })).rejects.toMatchObject({
      code: "render_failed",
      message: expect.stringContaining(out),
    });
  });
});
