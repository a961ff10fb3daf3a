import { createHash } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AV_CODEC_ID_MOV_TEXT, AV_PROFILE_AAC_LOW, AVMEDIA_TYPE_AUDIO } from "node-av";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeAudio } from "./encode-audio.ts";
import { encodeFrames } from "./encode-frames.ts";
import { type JoinSegments, joinSegments } from "./join-segments.ts";
import { inspectMp4, topBoxes } from "./testing/inspect-mp4.ts";
import { movingBars } from "./testing/moving-bars.ts";
import { SMALL_ENCODE, scratchFolder, writeChord } from "./testing/small-film.ts";

let folder: string;
let film: JoinSegments;
const at = (name: string) => join(folder, name);
const sha = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

async function encodeChord(name: string, seconds: number): Promise<void> {
  await writeChord(at(`${name}.wav`), seconds);
  await encodeAudio({ file: at(`${name}.wav`), kbps: 192, coder: "best", out: at(`${name}.mp4`) });
}

beforeAll(async () => {
  folder = await scratchFolder();
  // The second segment is one frame, which is shorter than the encoder's delay.
  for (const [name, frames, hue] of [
    ["s1.mp4", 40, 200],
    ["s2.mp4", 1, 20],
    ["s3.mp4", 49, 120],
  ] as const) {
    const source = movingBars(320, 180, frames, hue);
    await encodeFrames({ source, fps: 30, encode: SMALL_ENCODE, out: at(name) });
  }
  await encodeChord("sound", 3);
  film = {
    segments: [at("s1.mp4"), at("s2.mp4"), at("s3.mp4")],
    audio: at("sound.mp4"),
    subtitles: {
      language: "de-CH",
      cues: [
        { start_s: 0.5, end_s: 1.2, lines: ["Halb", "so schlimm"] },
        { start_s: 1.5, end_s: 2.8, lines: ["Grüße 🌧"] },
      ],
    },
    chapters: [
      { start_s: 0, end_s: 1.5, title: "First" },
      { start_s: 1.5, end_s: 3, title: "Zweites Kapitel" },
    ],
    metadata: { title: "A small film", comment: "nothing in it" },
    fps: 30,
    out: at("film.mp4"),
  };
  await joinSegments(film);
});
afterAll(() => rm(folder, { recursive: true }));

describe("joinSegments", () => {
  it("copies every frame once, evenly timed from 0, with a key frame where each segment begins", async () => {
    await inspectMp4(film.out, ([video]) => {
      const frames = video?.packets.map(({ pts }) => Math.round(pts * 30 * 1000) / 1000);
      expect(frames?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, n) => n));
      const order = video?.packets.map(({ dts }) => dts) ?? [];
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      const keys = video?.packets.filter(({ key }) => key).map(({ pts }) => Math.round(pts * 30));
      expect(keys).toEqual([0, 30, 40, 41, 71]);
    });
    const parts: Buffer[] = [];
    for (const segment of film.segments) {
      await inspectMp4(segment, ([video]) => parts.push(...(video?.packets.map(({ data }) => data) ?? [])));
    }
    await inspectMp4(film.out, ([video]) => {
      expect(Buffer.concat(video?.packets.map(({ data }) => data) ?? [])).toEqual(Buffer.concat(parts));
    });
  });

  it("carries AAC-LC stereo of the asked rate that starts with the picture and ends with it", async () => {
    await inspectMp4(film.out, (streams) => {
      const audio = streams.find(({ stream }) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
      const { profile, sampleRate, channels, bitRate } = audio?.stream.codecpar ?? {};
      expect({ profile, sampleRate, channels }).toEqual({
        profile: AV_PROFILE_AAC_LOW,
        sampleRate: 48_000,
        channels: 2,
      });
      expect(Number(bitRate)).toBeGreaterThanOrEqual(192_000);
      expect(audio?.packets[0]?.pts).toBe(0);
      const last = audio?.packets.at(-1);
      const end = (last?.pts ?? 0) + (last?.duration ?? 0);
      expect(end).toBeGreaterThan(3 - 2 / 30);
      expect(end).toBeLessThan(3.05);
    });
  });

  it("carries the captions softly, gaps as empty samples", async () => {
    await inspectMp4(film.out, (streams) => {
      const text = streams.find(({ stream }) => stream.codecpar.codecId === AV_CODEC_ID_MOV_TEXT);
      expect(text?.stream.metadata?.get("language")).toBe("deu");
      const shown = text?.packets.map(({ pts, data }) => [
        Math.round(pts * 1000) / 1000,
        data.toString("utf8", 2, 2 + data.readUInt16BE(0)),
      ]);
      expect(shown).toEqual([
        [0, ""],
        [0.5, "Halb\nso schlimm"],
        [1.2, ""],
        [1.5, "Grüße 🌧"],
        [2.8, ""],
      ]);
    });
  });

  it("puts the index first, with chapters, no edit list and no clock time", async () => {
    const boxes = await topBoxes(film.out);
    expect(boxes[0]).toBe("ftyp");
    expect(boxes[1]).toBe("moov");
    expect(boxes.at(-1)).toBe("mdat");
    const bytes = await readFile(film.out);
    const index = bytes.subarray(0, bytes.indexOf("mdat"));
    expect(index.includes("edts")).toBe(false);
    expect(index.includes("chpl")).toBe(true);
    expect(index.includes("Zweites Kapitel")).toBe(true);
    const created = index.indexOf("mvhd") + 8;
    expect(index.readUInt32BE(created)).toBe(0);
    await inspectMp4(film.out, (_, input) => expect(input.metadata?.get("title")).toBe("A small film"));
  });

  it("gives the same bytes again", async () => {
    await joinSegments({ ...film, out: at("again.mp4") });
    expect(await sha(at("again.mp4"))).toBe(await sha(film.out));
  });

  it("refuses sound that does not fit the picture, and leaves no file", async () => {
    await encodeChord("short", 2);
    await encodeChord("long", 5.5);
    for (const audio of ["short.mp4", "long.mp4"]) {
      const out = at(`bad-${audio}`);
      await expect(joinSegments({ ...film, audio: at(audio), out })).rejects.toMatchObject({
        code: "render_failed",
        message: expect.stringContaining("the picture 3.000 s"),
      });
      await expect(stat(out)).rejects.toThrow("ENOENT");
    }
  });

  it("refuses sound that is not encoded, naming the file", async () => {
    const audio = at("sound.wav");
    await expect(joinSegments({ ...film, audio, out: at("z.mp4") })).rejects.toMatchObject({
      code: "render_failed",
      message: expect.stringContaining(audio),
    });
  });

  it("refuses segments of different settings, naming the file", async () => {
    const other = at("other.mp4");
    await encodeFrames({ source: movingBars(160, 96, 5), fps: 30, encode: SMALL_ENCODE, out: other });
    const segments = [at("s1.mp4"), other];
    await expect(joinSegments({ ...film, segments, out: at("x.mp4") })).rejects.toMatchObject({
      code: "render_failed",
      message: expect.stringContaining(other),
    });
  });

  it("says which segment is missing", async () => {
    const segments = [at("nowhere.mp4")];
    await expect(joinSegments({ ...film, segments, out: at("y.mp4") })).rejects.toThrow("nowhere.mp4");
  });

  it("stops when aborted and leaves no file", async () => {
    const out = at("aborted.mp4");
    await expect(joinSegments({ ...film, out, signal: AbortSignal.abort() })).rejects.toThrow("abort");
    await expect(stat(out)).rejects.toThrow("ENOENT");
  });
});
