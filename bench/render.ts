/**
 * `npm run bench:render [-- --beats 5 --seconds 4 --runs 3 --workers 2]`: wall time from scene specs to the finished
 * MP4 (draw, convert, encode in workers; join with sound) against libx264 alone encoding the very same frames, drawn
 * and converted beforehand, with the same settings in the same process. The two take turns; medians are printed.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BeatRender } from "@greenlight/media/render/beat-render";
import { openBeatSource } from "@greenlight/media/render/beat-source";
import { joinSegments } from "@greenlight/media/render/join-segments";
import { allocRgbFrame, allocYuvFrame, openConverter } from "@greenlight/media/render/picture-format";
import { openRenderPool } from "@greenlight/media/render/render-pool";
import { openVideoEncoder } from "@greenlight/media/render/video-encoder";
import { createCanvas } from "@napi-rs/canvas";
import { type Frame, Packet } from "node-av";
import { readRenderConf, sampleFilm } from "./sample-film.ts";

const { values } = parseArgs({
  options: {
    beats: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    runs: { type: "string", default: "3" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});
const [beatCount, seconds, runs, workers] = [values.beats, values.seconds, values.runs, values.workers].map(
  Number,
) as [number, number, number, number];

const openImage = async (): Promise<string> => {
  throw new Error("the sample film has no photographs");
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const since = (start: number): number => (performance.now() - start) / 1000;

/** A silent 16-bit stereo WAV at 48 kHz. */
function silence(lengthS: number): Buffer {
  const bytes = Math.round(lengthS * 48_000) * 4;
  const wav = Buffer.alloc(44 + bytes);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + bytes, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(48_000, 24);
  wav.writeUInt32LE(192_000, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(bytes, 40);
  return wav;
}

/** Resident memory of this process's children, megabytes; null where the system does not say. */
async function childrenMb(): Promise<number | null> {
  try {
    const pids = (await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8"))
      .trim()
      .split(" ");
    const sizes = pids.filter(Boolean).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    });
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  } catch {
    return null;
  }
}

async function assemble(beats: readonly BeatRender[], sound: string, folder: string) {
  let peak: number | null = null;
  const watch = setInterval(async () => {
    const now = await childrenMb();
    if (now !== null) peak = Math.max(peak ?? 0, now);
  }, 100);
  const start = performance.now();
  const pool = openRenderPool({ size: workers });
  const done = await Promise.all(beats.map((beat) => pool.render(beat, { openImage })));
  const rendered = since(start);
  const lengthS = beats.length * seconds;
  await joinSegments({
    segments: done.map(({ file }) => file),
    audio: sound,
    subtitles: { cues: beats.flatMap(({ cues }) => cues), language: "en" },
    chapters: [{ start_s: 0, end_s: lengthS, title: "Water" }],
    metadata: { title: "Where the rain goes" },
    fps: beats[0]?.fps ?? 30,
    audio_kbps: beats[0]?.encode.audio_kbps ?? 192,
    out: join(folder, "film.mp4"),
  });
  await pool.close();
  clearInterval(watch);
  return { total: since(start), rendered, peak };
}

/** The beat's frames as the encoder takes them, and what it took to make them on one thread. */
async function drawn(beat: BeatRender) {
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

const folder = await mkdtemp(join(tmpdir(), "greenlight-bench-"));
try {
  const conf = await readRenderConf();
  const beats = sampleFilm(conf, beatCount, seconds, folder);
  const sound = join(folder, "sound.wav");
  await writeFile(sound, silence(beatCount * seconds));
  const frameCount = beats.reduce((sum, beat) => sum + beat.frame_count, 0);
  const filmS = frameCount / conf.video.fps;
  console.log(
    `${beatCount} beats, ${frameCount} frames of 1920x1080 at ${conf.video.fps} fps, preset ${conf.video.preset}, crf ${conf.video.crf}, ${conf.video.threads} encoder threads, ${workers} workers, ${runs} runs`,
  );
  const ours: number[] = [];
  const alone: number[] = [];
  const peaks: number[] = [];
  const joins: number[] = [];
  let [drawS, convertS] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const { total, rendered, peak } = await assemble(beats, sound, folder);
    ours.push(total);
    joins.push(total - rendered);
    if (peak !== null) peaks.push(peak);
    let encodeS = 0;
    for (const beat of beats) {
      const made = await drawn(beat);
      drawS += made.drawS;
      convertS += made.convertS;
      encodeS += encodeAlone(beat, made.frames);
      for (const frame of made.frames) frame.free();
    }
    alone.push(encodeS);
    console.log(`  run ${run + 1}: film ${total.toFixed(2)} s, libx264 alone ${encodeS.toFixed(2)} s`);
  }
  const [film, x264] = [median(ours), median(alone)];
  const perFrame = (total: number) => ((total * 1000) / (frameCount * runs)).toFixed(2);
  console.log(`film           ${film.toFixed(2)} s  ${(frameCount / film).toFixed(1)} frames/s`);
  console.log(`libx264 alone  ${x264.toFixed(2)} s  ${(frameCount / x264).toFixed(1)} frames/s`);
  console.log(`ratio          ${(film / x264).toFixed(2)} (at most 2.0)`);
  console.log(`real time      ${(filmS / film).toFixed(2)}x (at least 1.0)`);
  console.log(`join           ${median(joins).toFixed(2)} s of it (sound encoded once, packets copied)`);
  console.log(`draw ${perFrame(drawS)} ms, convert ${perFrame(convertS)} ms a frame on one thread`);
  console.log(
    `workers' peak  ${peaks.length > 0 ? `${Math.round(Math.max(...peaks))} MB` : "not known here"}`,
  );
} finally {
  await rm(folder, { recursive: true });
}
