/**
 * `npm run bench:render [-- --seconds 48 --runs 3 --home DIR]`: wall time of the stage `assemble` on the long example,
 * from stored scenes and sound to the finished MP4 (draw, convert, encode in workers; join with sound, captions and
 * chapters), against libx264 alone encoding the very same frames, drawn and converted beforehand, with the same
 * settings in one process. The two take turns; medians are printed. `--seconds 0` takes the whole film. Without a
 * `--home` that holds the example it is made first, untimed, which takes a minute or two.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BeatRender } from "@greenlight/media/render/beat-render";
import { openBeatSource } from "@greenlight/media/render/beat-source";
import { allocRgbFrame, allocYuvFrame, openConverter } from "@greenlight/media/render/picture-format";
import { openVideoEncoder } from "@greenlight/media/render/video-encoder";
import { createCanvas } from "@napi-rs/canvas";
import { type Frame, Packet } from "node-av";
import type { StageContext } from "../packages/server/src/app/ports/stage-adapter.ts";
import { assemble } from "../packages/server/src/stages/assemble.ts";
import { openExample } from "./example-film.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "48" },
    runs: { type: "string", default: "3" },
    home: { type: "string" },
  },
});
const runs = Number(values.runs);

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const since = (start: number): number => (performance.now() - start) / 1000;

type Memory = { readonly mb: number; readonly workers: number };

/** Resident memory of this process and its children; null where the system does not say. */
async function memoryNow(): Promise<Memory | null> {
  try {
    const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
    const pids = children.trim().split(" ").filter(Boolean);
    const sizes = await Promise.all([String(process.pid), ...pids].map(residentMb));
    return { mb: sizes.reduce((sum, size) => sum + size, 0), workers: pids.length };
  } catch {
    return null;
  }
}

async function residentMb(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function timeAssemble(ctx: StageContext) {
  let peak: Memory | null = null;
  const watch = setInterval(async () => {
    const now = await memoryNow();
    if (now && now.mb > (peak?.mb ?? 0)) peak = now;
  }, 100);
  const start = performance.now();
  await assemble.run(ctx, {});
  const end = performance.now();
  clearInterval(watch);
  return { total: (end - start) / 1000, join: (end - joiningSince) / 1000, peak: peak as Memory | null };
}

/** The beat's frames as the encoder takes them, and what it took to make them on one thread. */
async function drawn(beat: BeatRender, openImage: (sha256: string) => Promise<string>) {
  const { width, height } = beat;
  const source = await openBeatSource(beat, { openImage });
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext("2d", { alpha: false });
  const rgb = allocRgbFrame(width, height);
  const pixels = rgb.data?.[0];
  const converter = openConverter();
  const frames: Frame[] = [];
  let drawS = 0;
  let convertS = 0;
  for (let index = 0; index < beat.frame_count; index++) {
    const yuv = allocYuvFrame(width, height);
    await new Promise(setImmediate);
    const start = performance.now();
    source.draw(ctx, index);
    if (pixels) canvas.data().copy(pixels);
    drawS += since(start);
    const drawnAt = performance.now();
    converter.scaleFrameSync(yuv, rgb);
    convertS += since(drawnAt);
    yuv.pts = BigInt(index);
    frames.push(yuv);
  }
  converter.freeContext();
  rgb.free();
  return { frames, drawS, convertS };
}

function encodeAlone(beat: BeatRender, frames: readonly Frame[]): number {
  const start = performance.now();
  const encoder = openVideoEncoder(beat);
  const packet = new Packet();
  packet.alloc();
  const drain = () => {
    while (encoder.receivePacketSync(packet) >= 0) packet.unref();
  };
  for (const frame of [...frames, null]) {
    encoder.sendFrameSync(frame);
    drain();
  }
  packet.free();
  encoder.freeContext();
  return since(start);
}

let joiningSince = Number.NaN;
const folder = await mkdtemp(join(tmpdir(), "greenlight-bench-"));
try {
  const { ctx, plan, requests } = await openExample({
    home: values.home ?? join(folder, "home"),
    folder,
    seconds: Number(values.seconds),
    onProgress(message) {
      if (message === "joining") joiningSince = performance.now();
    },
  });
  const openImage = (sha256: string) => ctx.open({ sha256, size_bytes: 0 });
  const beats = requests.map((request): BeatRender => ({ ...request, out: "" }));
  const frameCount = beats.reduce((sum, beat) => sum + beat.frame_count, 0);
  const filmS = frameCount / plan.fps;
  const { preset, crf, threads } = plan.encode;
  console.log(
    `${beats.length} beats, ${frameCount} frames of ${plan.width}x${plan.height} at ${plan.fps} fps, preset ${preset}, crf ${crf}, ${threads} encoder threads, ${availableParallelism()} cores, ${runs} runs`,
  );
  const ours: number[] = [];
  const alone: number[] = [];
  const joins: number[] = [];
  let peak: Memory | null = null;
  let [drawS, convertS] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const film = await timeAssemble(ctx);
    ours.push(film.total);
    joins.push(film.join);
    // Later this process also holds what the frames for libx264 alone left behind.
    if (run === 0) peak = film.peak;
    let encodeS = 0;
    for (const beat of beats) {
      const made = await drawn(beat, openImage);
      drawS += made.drawS;
      convertS += made.convertS;
      encodeS += encodeAlone(beat, made.frames);
      for (const frame of made.frames) frame.free();
    }
    alone.push(encodeS);
    console.log(`  run ${run + 1}: film ${film.total.toFixed(2)} s, libx264 alone ${encodeS.toFixed(2)} s`);
  }
  const [film, x264] = [median(ours), median(alone)];
  const perFrame = (total: number) => ((total * 1000) / (frameCount * runs)).toFixed(2);
  console.log(`film           ${film.toFixed(2)} s  ${(frameCount / film).toFixed(1)} frames/s`);
  console.log(`libx264 alone  ${x264.toFixed(2)} s  ${(frameCount / x264).toFixed(1)} frames/s`);
  console.log(`ratio          ${(film / x264).toFixed(2)} (at most 2.0)`);
  console.log(`real time      ${(filmS / film).toFixed(2)}x (at least 1.0)`);
  console.log(
    `join           ${median(joins).toFixed(2)} s of it (sound encoded once, packets copied, thumbnail drawn)`,
  );
  console.log(`draw ${perFrame(drawS)} ms, convert ${perFrame(convertS)} ms a frame on one thread`);
  console.log(
    `peak memory    ${peak ? `${Math.round(peak.mb)} MB (this process and ${peak.workers} workers)` : "not known here"}`,
  );
} finally {
  await rm(folder, { recursive: true });
}
