/** A video in place of a beat's picture, over HTTP: what is refused, what is rendered anew, and what a comparison measures. */
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@greenlight/contract/client";
import type { AcceptanceReport, Timing } from "@greenlight/contract/documents";
import type { Job } from "@greenlight/contract/job";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { writeWav } from "@greenlight/media/audio/wav";
import { type Clip, makeClip } from "@greenlight/media/measure/testing/make-clip";
import { openClip } from "@greenlight/media/video/clip-reader";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeQuickHome } from "./support/quick-home.ts";
import { type Server, smallHome, startServer } from "./support/server.ts";

const { home, brief, remove } = smallHome();
const scratch = mkdtempSync(join(tmpdir(), "greenlight-media-"));
let server: Server;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  const quick = await makeQuickHome();
  cpSync(join(quick.path, "conf"), join(home, "conf"), { recursive: true });
  await quick.remove();
  server = await startServer(home);
  client = createClient({ url: server.url, token: server.token });
}, 60_000);
afterAll(async () => {
  await server.stop();
  remove();
  rmSync(scratch, { recursive: true, force: true });
});

async function ended(id: string, after = 0): Promise<Job> {
  for (;;) {
    const job = await client.job(id);
    if (job.version > after && ["completed", "failed", "canceled"].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Stripes that wander to the right, in no colour of the film. */
async function clip(name: string, more: Partial<Clip> = {}): Promise<Blob> {
  const width = more.width ?? 160;
  const paint = (luma: Uint8Array, t: number) => {
    for (let i = 0; i < luma.length; i++) luma[i] = ((i % width) + Math.round(t * 20)) % 32 < 16 ? 90 : 190;
  };
  const file = join(scratch, name);
  await makeClip({ file, length_s: 2, fps: 25, width, height: 120, paint, sound: () => 0.1, ...more });
  return new Blob([readFileSync(file)]);
}

function cut(name: string): Blob {
  const file = join(scratch, name);
  truncateSync(file, Math.floor(readFileSync(file).length * 0.7));
  return new Blob([readFileSync(file)]);
}

it("shows a video in one beat and renders only what it is seen in", async () => {
  const { id } = await client.createJob({
    slug: "honey",
    intent: "i",
    brief_config: brief,
    mode: "automated",
  });
  const first = await ended(id);
  expect(first.status).toBe("completed");
  const read = async (job: Job, name: string) => {
    const found = job.artifacts.find((artifact) => artifact.name === name);
    return (await client.content(id, found?.id ?? "")).json();
  };
  const board = (await read(first, "storyboard.json")) as Storyboard;
  const beat = board.beats[1];
  if (!beat) throw new Error("the storyboard has one beat only");
  const replace = (upload_id: string) =>
    client.applyPatch(id, "assets", { type: "asset_replace", beat_id: beat.id, upload_id });

  const good = await clip("good.mp4");
  const wav = writeWav({ sample_rate: 48_000, channels: [new Float32Array(48_000)] }, "pcm16");
  for (const [name, content, code] of [
    ["torn.mp4", await clip("torn.mp4").then(() => cut("torn.mp4")), "media_unreadable"],
    ["huge.mp4", await clip("huge.mp4", { width: 4128, height: 16, length_s: 0.2 }), "media_not_usable"],
    ["sound.wav", new Blob([Buffer.from(wav)]), "patch_invalid"],
  ] as const) {
    const { upload_id } = await client.upload(content, name);
    await expect(replace(upload_id), name).rejects.toMatchObject({ problem: { code } });
  }
  expect((await client.job(id)).version).toBe(first.version);

  const { upload_id } = await client.upload(good, "good.mp4");
  await replace(upload_id);
  const again = await ended(id, first.version);
  expect(again.status).toBe("completed");
  const { events } = await client.eventPage(id, { limit: 1000 });
  const built = events
    .filter(({ type, seq }) => type === "stage_completed" && seq > first.version)
    .map(({ stage, payload }) => [stage, (payload as { items_built: number }).items_built]);
  // The beat itself, and the one after it where that comes out of it; the animatic is joined anew as an item of its own.
  const seen = board.beats[2] && board.beats[2].transition !== "cut" ? 2 : 1;
  expect(Object.fromEntries(built)).toMatchObject({ assets: 1, animatics: seen + 1, assemble: seen });
  const video = again.artifacts.find(({ name }) => name === `${beat.id}-video`);
  expect(video?.meta.note).toMatch(
    /^the video's own sound is not used; it is 2\.0 s long, so its last picture stays/,
  );

  const times = (await read(again, "timing.json")) as Timing;
  const shown = times.beats[1];
  if (!shown) throw new Error("the beat has no time");
  const report = (await read(again, "acceptance.json")) as AcceptanceReport;
  const failed = (one: AcceptanceReport) => one.checks.filter((c) => c.status === "FAIL").map((c) => c.id);
  const before = (
    await client.content(id, first.artifacts.find((a) => a.name === "acceptance.json")?.id ?? "", {
      version: 1,
    })
  ).json() as Promise<AcceptanceReport>;
  expect(failed(report)).toEqual(failed(await before));
  expect(report.checks.find((check) => check.id === "freeze")?.status).toBe("PASS");

  const film = again.artifacts.find(({ kind }) => kind === "video");
  const compared = await client.compare(id, film?.id ?? "");
  if (compared.kind !== "media") throw new Error(`compared as ${compared.kind}`);
  expect(compared.not_measured).toEqual([]);
  for (const { at_s, ssim } of compared.moments) {
    if (at_s > shown.start_s + 0.5 && at_s < shown.end_s) expect(ssim, `at ${at_s} s`).toBeLessThan(0.8);
    if (at_s < shown.start_s - 0.1 || at_s > shown.end_s + 0.6)
      expect(ssim, `at ${at_s} s`).toBeGreaterThan(0.98);
  }
  const loudness = compared.measured.find(({ name }) => name === "loudness");
  expect(loudness?.after).toBe(loudness?.before);

  const file = join(scratch, "film.mp4");
  writeFileSync(file, Buffer.from(await (await client.content(id, film?.id ?? "")).arrayBuffer()));
  const reader = await openClip(file, () => ({ width: 320, height: 180, filters: ["scale=320:180"] }));
  // 1.6 s of the beat: the video has moved by as many pixels, blown up to cover the frame; grey, as nothing else here is.
  const { pixels } = await reader.pictureAt(shown.start_s + 1.6);
  const row = Array.from({ length: 320 }, (_, x) =>
    pixels.subarray((60 * 320 + x) * 4, (60 * 320 + x) * 4 + 3),
  );
  for (const [r = 0, g = 0, b = 0] of row) expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(24);
  expect(Math.max(...row.map(([r = 0]) => r)) - Math.min(...row.map(([r = 0]) => r))).toBeGreaterThan(80);
  await reader.close();
}, 300_000);
