import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, round, skipped } from "./acceptance-check.ts";
import type { Interval } from "./interval.ts";

/** How long the film was asked to be: about so long, or between two lengths. Seconds. */
export type ExpectedLength =
  | { readonly target_s: number }
  | { readonly min_s?: number | undefined; readonly max_s?: number | undefined };

/** The film's length against what was asked, and sound against picture. `video` and `audio` as decoded. */
export function checkLength(
  video: Interval | null,
  audio: Interval | null,
  frameS: number,
  expected: ExpectedLength | undefined,
  profile: QualityProfile,
): AcceptanceCheck[] {
  return [durationCheck(video ?? audio, expected, profile), avCheck(video, audio, frameS, profile)];
}

function durationCheck(
  film: Interval | null,
  expected: ExpectedLength | undefined,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = { id: "duration", group: "timing", unit: "s", source: "the brief" };
  const bounds = expected === undefined ? null : boundsOf(expected, profile.duration_tolerance);
  if (film === null) return skipped({ ...row, threshold: "as asked" }, "nothing could be decoded");
  const value = film.end_s - film.start_s;
  if (bounds === null) {
    return skipped({ ...row, threshold: "as asked" }, `no length was asked for; it is ${round(value, 3)} s`);
  }
  const threshold = `${round(bounds.min, 2)}–${bounds.max === Infinity ? "" : round(bounds.max, 2)}`;
  return measured({ ...row, threshold }, passIf(value >= bounds.min && value <= bounds.max), value);
}

function boundsOf(expected: ExpectedLength, tolerance: number): { min: number; max: number } | null {
  if ("target_s" in expected) {
    return { min: expected.target_s * (1 - tolerance), max: expected.target_s * (1 + tolerance) };
  }
  if (expected.min_s === undefined && expected.max_s === undefined) return null;
  return { min: expected.min_s ?? 0, max: expected.max_s ?? Infinity };
}

function avCheck(
  video: Interval | null,
  audio: Interval | null,
  frameS: number,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "av_length",
    group: "timing",
    threshold: `sound ≤ ${profile.av_short_frames} frames shorter, ≤ ${profile.av_long_s} s longer`,
    unit: "s",
    source: "Qualify FC-108",
  };
  if (video === null || audio === null) return skipped(row, "the film lacks picture or sound");
  const longer = audio.end_s - video.end_s;
  const isOk = longer >= -profile.av_short_frames * frameS - 1e-6 && longer <= profile.av_long_s;
  return measured(row, passIf(isOk), longer, { at: isOk ? [] : [Math.min(audio.end_s, video.end_s)] });
}
