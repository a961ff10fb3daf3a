import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeAudio } from "./encode-audio.ts";
import { readAudio } from "./read-audio.ts";
import { scratchFolder, writeChord } from "./testing/small-film.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await scratchFolder();
  await writeChord(at("chord.wav"), 3);
});
afterAll(() => rm(folder, { recursive: true }));

async function bytesOf(coder: "best" | "fast", name: string): Promise<Buffer> {
  await encodeAudio({ file: at("chord.wav"), kbps: 192, coder, out: at(name) });
  return readFile(at(name));
}

it("gives the same bytes again, and other ones with the fast coder", async () => {
  const best = await bytesOf("best", "a.mp4");
  expect(await bytesOf("best", "b.mp4")).toEqual(best);
  expect(await bytesOf("fast", "c.mp4")).not.toEqual(best);
});

it("is read back as frames of 1024 samples that cover the sound from 0", async () => {
  await bytesOf("best", "read.mp4");
  const { packets, parameters, close } = await readAudio(at("read.mp4"));
  expect(packets.map(({ pts }) => Number(pts))).toEqual(packets.map((_, n) => n * 1024));
  expect(packets.length).toBe(Math.ceil((3 * 48_000) / 1024));
  expect([parameters.sampleRate, parameters.channels]).toEqual([48_000, 2]);
  await close();
});

it("stops when aborted and leaves no file", async () => {
  const stop = new AbortController();
  const job = { file: at("chord.wav"), kbps: 192, coder: "best", out: at("stopped.mp4") } as const;
  const encoding = encodeAudio({ ...job, signal: stop.signal });
  setImmediate(() => stop.abort(new Error("stopped on purpose")));
  await expect(encoding).rejects.toThrow("stopped on purpose");
  await expect(stat(job.out)).rejects.toThrow("ENOENT");
});
