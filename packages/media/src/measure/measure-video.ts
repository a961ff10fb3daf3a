import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { AcceptanceCheck, AcceptanceReport } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { checkAudioStream } from "./check-audio-stream.ts";
import { checkContainer } from "./check-container.ts";
import { checkLength, type ExpectedLength } from "./check-length.ts";
import { checkSound } from "./check-sound.ts";
import { checkStillness } from "./check-stillness.ts";
import { checkVideoStream } from "./check-video-stream.ts";
import { decodePicture } from "./decode-picture.ts";
import { decodeSound } from "./decode-sound.ts";
import { probeFilm } from "./probe-film.ts";
import { readMp4Boxes } from "./read-mp4-boxes.ts";

/** What the film was meant to be. Everything is optional; a check whose other half is missing is SKIP. */
export type ExpectedFilm = {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fps?: number | undefined;
  readonly length?: ExpectedLength | undefined;
};

export type MeasureOptions = {
  /** Path of the finished film. */
  readonly file: string;
  readonly expected: ExpectedFilm;
  readonly profile: QualityProfile;
  /** For the report. */
  readonly profile_name: string;
  readonly signal?: AbortSignal | undefined;
  /** 0…1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Opens a finished film, demuxes and decodes it, and holds it to a profile. The verdict is FAIL if any check fails,
 * WARN if any warns. A film that misses its measures is a report, not an error.
 * @throws Error when the file cannot be read or decoded, and the signal's reason when aborted.
 */
export async function measureVideo(options: MeasureOptions): Promise<AcceptanceReport> {
  const { file, expected, profile } = options;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const level = Log.getLevel();
  // The detectors write what they find to standard error as well.
  Log.setLevel(AV_LOG_ERROR);
  try {
    const boxes = await readMp4Boxes(file);
    const probe = await probeFilm(file, signal);
    const frameS = frameLength(probe.video?.packets.map((packet) => packet.pts_s) ?? []);
    const progress = progressOf(probe.video === null ? 0 : probe.video.packets.length * frameS, options);
    const [sound, picture] = await Promise.all([
      decodeSound(file, { ...profile, signal, onTime: progress.sound }),
      decodePicture(file, { ...profile, signal, onTime: progress.picture, observers: [], full_frames: [] }),
    ]);
    const checks: AcceptanceCheck[] = [
      ...checkContainer(probe, boxes, frameS),
      ...checkVideoStream(probe, picture, expected, profile),
      ...checkAudioStream(probe, boxes, profile),
      ...checkSound(sound, profile),
      ...checkLength(picture?.span ?? null, sound?.span ?? null, frameS, expected.length, profile),
      ...checkStillness(picture, profile),
    ];
    options.onProgress?.(1);
    return {
      verdict: verdictOf(checks),
      profile: options.profile_name,
      file: {
        sha256: await sha256Of(file),
        size_bytes: (await stat(file)).size,
        duration_s: (picture ?? sound)?.span.end_s ?? 0,
      },
      checks,
      manifest: [],
    };
  } finally {
    Log.setLevel(level);
  }
}

export function verdictOf(checks: readonly AcceptanceCheck[]): AcceptanceReport["verdict"] {
  if (checks.some((check) => check.status === "FAIL")) return "FAIL";
  return checks.some((check) => check.status === "WARN") ? "WARN" : "PASS";
}

/** Mean seconds from one frame to the next. */
function frameLength(times: readonly number[]): number {
  const first = times.reduce((low, time) => Math.min(low, time), Infinity);
  const last = times.reduce((high, time) => Math.max(high, time), -Infinity);
  return times.length < 2 ? 0 : (last - first) / (times.length - 1);
}

/** Sound and picture are decoded side by side; decoding the picture is nearly all of the work. */
function progressOf(lengthS: number, options: MeasureOptions) {
  const done = { sound: 0, picture: 0 };
  const report = () => options.onProgress?.(0.02 + 0.1 * done.sound + 0.85 * done.picture);
  const track = (part: keyof typeof done) => (seconds: number) => {
    done[part] = lengthS > 0 ? Math.min(1, seconds / lengthS) : 0;
    report();
  };
  return { sound: track("sound"), picture: track("picture") };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
