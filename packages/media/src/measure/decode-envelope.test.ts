import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeAudio } from "../render/encode-audio.ts";
import { scratchFolder, writeChord } from "../render/testing/small-film.ts";
import { decodeEnvelope } from "./decode-envelope.ts";
import { decodeSound } from "./decode-sound.ts";

let folder: string;
const at = (name: string) => join(folder, name);
const { signal } = new AbortController();

beforeAll(async () => {
  folder = await scratchFolder();
  await writeChord(at("chord.wav"), 2);
  await encodeAudio({ file: at("chord.wav"), kbps: 192, coder: "fast", out: at("chord.mp4") });
});
afterAll(() => rm(folder, { recursive: true }));

it.each(["chord.wav", "chord.mp4"])("is the envelope that the whole measurement of %s has", async (name) => {
  const whole = await decodeSound(at(name), { silence_db: -60, silence_s: 3, signal });
  const envelope = await decodeEnvelope(at(name), signal);
  expect(envelope?.db.length).toBeGreaterThan(390);
  expect(envelope).toEqual(whole?.envelope);
});

it("tells a file that is no sound, and stops when aborted", async () => {
  await writeFile(at("notes.wav"), "no sound in here");
  await expect(decodeEnvelope(at("notes.wav"), signal)).rejects.toThrow();
  const reason = new Error("stopped on purpose");
  await expect(decodeEnvelope(at("chord.wav"), AbortSignal.abort(reason))).rejects.toThrow(reason);
});
