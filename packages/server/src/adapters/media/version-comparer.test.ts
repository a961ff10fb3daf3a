import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Artifact } from "@greenlight/contract/artifact";
import { comparison } from "@greenlight/contract/comparison";
import { makeClip } from "@greenlight/media/measure/testing/make-clip";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { fixtureArtifact } from "../../domain/testing/fixtures.ts";
import type { MediaProcesses } from "./media-processes.ts";
import { mediaProcesses } from "./testing/media-processes.ts";
import { createVersionComparer } from "./version-comparer.ts";

const { signal } = new AbortController();
let dir: string;
let processes: MediaProcesses;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "greenlight-versions-"));
});
afterEach(() => processes.close());
afterAll(() => rm(dir, { recursive: true, force: true }));

const path = (sha256: string) => join(dir, sha256);

function comparerWith(more: { timeout_ms?: number; at_once?: number; waiting?: number } = {}) {
  processes = mediaProcesses({ waiting: 1, ...more });
  let opened = 0;
  const localPath = async (sha256: string) => {
    opened += 1;
    return path(sha256);
  };
  return { ...createVersionComparer({ processes, objects: { localPath } }), opened: () => opened };
}

/** Stores a version of the artifact `name`. */
async function versionOf(
  version: number,
  media_type: string,
  write: string | ((file: string) => Promise<void>),
): Promise<Artifact> {
  const sha256 = createHash("sha256").update(`${media_type} ${version} ${write}`).digest("hex");
  if (typeof write === "string") await writeFile(path(sha256), write);
  else await write(path(sha256));
  const size_bytes = typeof write === "string" ? Buffer.byteLength(write) : 1;
  return { ...fixtureArtifact(1), kind: "script", name: "it", version, sha256, size_bytes, media_type };
}

const film = (light: number) => (file: string) =>
  makeClip({
    ...{ file: `${file}`, length_s: 1, fps: 10, width: 64, height: 48 },
    paint: (luma) => luma.fill(60 + light),
    sound: (t) => 0.1 * Math.sin(2 * Math.PI * 440 * t),
  });

it("measures two films in another process, once", async () => {
  const comparer = comparerWith();
  const from = await versionOf(1, "video/mp4", film(0));
  const to = await versionOf(2, "video/mp4", film(60));
  const found = comparison.parse(await comparer.compare(from, to, signal));
  if (found.kind !== "media") throw new Error(`compared as ${found.kind}`);
  expect(found.measured.map((m) => m.name)).toEqual([
    ...["size", "duration", "frame_rate", "width", "height"],
    ...["sound_duration", "sample_rate", "channels", "loudness", "true_peak", "bit_rate"],
  ]);
  expect(found.between.find((m) => m.name === "colour_difference")?.value).toBeGreaterThan(40);
  expect(found.moments).toHaveLength(12);
  expect(found.not_measured).toEqual([]);
  const opened = comparer.opened();
  expect(await comparer.compare(from, to, signal)).toEqual(found);
  expect(comparer.opened()).toBe(opened);
});

it("names the version that is torn", async () => {
  const from = await versionOf(1, "video/mp4", "no film");
  const to = await versionOf(2, "video/mp4", film(1));
  await expect(comparerWith().compare(from, to, signal)).rejects.toMatchObject({
    code: "media_unreadable",
    message: expect.stringMatching(/^it@1 /),
  });
});

it("compares scripts of 10 MB and 100,000 lines while this process goes on with its own", async () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `${i} ${"word ".repeat(20)}`);
  const from = await versionOf(1, "text/markdown", lines.join("\n"));
  for (let i = 500; i < lines.length; i += 1000) lines[i] = `changed ${i}`;
  const to = await versionOf(2, "text/markdown", lines.join("\n"));
  expect(from.size_bytes).toBeGreaterThan(10_000_000);
  let turns = 0;
  let done = false;
  const under = comparerWith()
    .compare(from, to, signal)
    .finally(() => {
      done = true;
    });
  // Every turn of the event loop that comes before the answer is one in which another request would be served.
  while (!done) {
    await setImmediate();
    turns += 1;
  }
  expect(await under).toMatchObject({ kind: "text", added_lines: 100, removed_lines: 100 });
  expect(turns).toBeGreaterThan(1000);
});

it("refuses what differs in too much, and what is larger than any text", async () => {
  const comparer = comparerWith();
  const text = (word: string) =>
    Array.from({ length: 40_000 }, (_, i) => `${word} ${i} ${"of many ".repeat(6)}`).join("\n");
  const from = await versionOf(1, "application/json", JSON.stringify(text("one").split("\n")));
  const to = await versionOf(2, "application/json", JSON.stringify(text("two").split("\n")));
  await expect(comparer.compare(from, to, signal)).rejects.toMatchObject({ code: "comparison_too_large" });
  const huge = { ...to, size_bytes: 2 ** 30 };
  await expect(comparer.compare(from, huge, signal)).rejects.toMatchObject({ code: "comparison_too_large" });
  const deep = await versionOf(3, "application/json", `${"[".repeat(20_000)}1${"]".repeat(20_000)}`);
  const deeper = await versionOf(4, "application/json", `${"[".repeat(20_000)}2${"]".repeat(20_000)}`);
  await expect(comparer.compare(deep, deeper, signal)).rejects.toMatchObject({
    code: "comparison_too_large",
  });
});

it("gives up after its time, ends when nobody waits, and turns away who comes too many", async () => {
  const from = await versionOf(1, "text/plain", "one");
  const to = await versionOf(2, "text/plain", "two");
  await expect(comparerWith({ timeout_ms: 1 }).compare(from, to, signal)).rejects.toMatchObject({
    code: "comparison_too_large",
  });
  const comparer = comparerWith();
  const gone = new AbortController();
  const first = comparer.compare(from, to, gone.signal);
  const second = comparer.compare(to, from, signal);
  first.catch(() => undefined);
  await setImmediate();
  await expect(comparer.compare(from, from, signal)).rejects.toMatchObject({ code: "unavailable" });
  gone.abort(new Error("gone"));
  await expect(first).rejects.toThrow("gone");
  expect(await second).toMatchObject({ kind: "text", added_lines: 1 });
});
