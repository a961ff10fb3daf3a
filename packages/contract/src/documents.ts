import { z } from "zod";
import { sha256 } from "./ids.ts";

/** `outline.json` */
export const outline = z.strictObject({
  title: z.string(),
  /** One sentence the whole video makes good on. */
  thesis: z.string(),
  target_s: z.number().positive(),
  sections: z
    .array(
      z.strictObject({
        id: z.string(),
        heading: z.string(),
        goal: z.string(),
        target_s: z.number().positive(),
        key_points: z.array(z.string()),
      }),
    )
    .min(1),
});
export type Outline = z.infer<typeof outline>;

/** One passage of a source; `start` and `end` are character offsets into the source's extracted text. */
export const passage = z.strictObject({
  id: z.string(),
  text: z.string(),
  heading: z.string().nullable(),
  start: z.int().min(0),
  end: z.int().min(0),
  sha256,
});
export type Passage = z.infer<typeof passage>;

/** `research.json`: sources are `S1`, `S2` … in the brief's order. */
export const research = z.strictObject({
  sources: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      /** The path or URL as the brief named it, or `text`. */
      origin: z.string(),
      media_type: z.string(),
      sha256,
      passages: z.array(passage),
    }),
  ),
});
export type Research = z.infer<typeof research>;

const timedWord = z.strictObject({ text: z.string(), start_s: z.number(), end_s: z.number() });
export type TimedWord = z.infer<typeof timedWord>;

/** One caption: at most two lines, on screen from `start_s` to `end_s` (seconds from the start of the film). */
export const cue = z.strictObject({
  index: z.int().min(1),
  beat_id: z.string(),
  start_s: z.number(),
  end_s: z.number(),
  lines: z.array(z.string()).min(1).max(2),
  words: z.array(timedWord),
});
export type Cue = z.infer<typeof cue>;

/**
 * `timing.json`: when each beat is seen and each of its words is heard, and the captions made of them; seconds
 * from the start of the film. A beat's frames are `round(start_s * fps)` up to, not including, `round(end_s * fps)`.
 */
export const timing = z.strictObject({
  duration_s: z.number(),
  beats: z.array(
    z.strictObject({
      beat_id: z.string(),
      start_s: z.number(),
      end_s: z.number(),
      words: z.array(timedWord),
    }),
  ),
  cues: z.array(cue),
});
export type Timing = z.infer<typeof timing>;

export const CHECK_STATUSES = ["PASS", "WARN", "FAIL", "SKIP"] as const;
export const acceptanceCheck = z.strictObject({
  id: z.string(),
  group: z.string(),
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  threshold: z.string(),
  unit: z.string(),
  status: z.enum(CHECK_STATUSES),
  source: z.string(),
  /** Seconds into the film where it fails. */
  at: z.array(z.number()),
  note: z.string().optional(),
});
export type AcceptanceCheck = z.infer<typeof acceptanceCheck>;

/** `acceptance.json` */
export const acceptanceReport = z.strictObject({
  verdict: z.enum(["PASS", "WARN", "FAIL"]),
  profile: z.string(),
  file: z.strictObject({ sha256, size_bytes: z.int(), duration_s: z.number() }),
  checks: z.array(acceptanceCheck),
  manifest: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      sha256,
      made_by: z.string(),
      /** What it was made from: other entries, or files that the brief names. */
      inputs: z.array(sha256),
    }),
  ),
});
export type AcceptanceReport = z.infer<typeof acceptanceReport>;
