import { z } from "zod";
import { slug } from "./ids.ts";

/** How a beat is drawn. `kind` is chosen from what the sentence says; the fields are all that is drawn. */
export const visual = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("title"), title: z.string(), subtitle: z.string().optional() }),
  z.strictObject({
    kind: z.literal("section"),
    heading: z.string(),
    index: z.int().min(1),
    of: z.int().min(1),
    /** What is said under the heading; comes in after it. */
    text: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("statement"), text: z.string(), emphasis: z.string().optional() }),
  z.strictObject({
    kind: z.literal("list"),
    heading: z.string().optional(),
    items: z.array(z.string()).min(1).max(6),
  }),
  z.strictObject({
    kind: z.literal("number"),
    value: z.string(),
    unit: z.string().optional(),
    label: z.string(),
  }),
  z.strictObject({
    kind: z.literal("comparison"),
    left: z.strictObject({ label: z.string(), value: z.string().optional() }),
    right: z.strictObject({ label: z.string(), value: z.string().optional() }),
    caption: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("bar_chart"),
    heading: z.string().optional(),
    unit: z.string().optional(),
    bars: z
      .array(
        z.strictObject({
          label: z.string(),
          value: z.number(),
          /** The value as the script gives it, e.g. "> 2,000"; default: the value, written short. */
          shown: z.string().optional(),
        }),
      )
      .min(2)
      .max(8),
  }),
  z.strictObject({
    kind: z.literal("line_chart"),
    heading: z.string().optional(),
    unit: z.string().optional(),
    points: z
      .array(z.strictObject({ label: z.string(), value: z.number() }))
      .min(2)
      .max(40),
  }),
  z.strictObject({
    kind: z.literal("timeline"),
    events: z
      .array(z.strictObject({ when: z.string(), what: z.string() }))
      .min(1)
      .max(6),
  }),
  z.strictObject({ kind: z.literal("quotation"), text: z.string(), by: z.string().optional() }),
  z.strictObject({ kind: z.literal("definition"), term: z.string(), meaning: z.string() }),
  z.strictObject({
    kind: z.literal("diagram"),
    /** Chain of nodes joined by arrows, left to right (top to bottom when vertical). */
    nodes: z.array(z.string()).min(2).max(5),
  }),
  z.strictObject({
    kind: z.literal("image"),
    /** Name of an uploaded or brief-named image among the job's source files. */
    src: z.string(),
    alt: z.string().optional(),
  }),
]);
export type Visual = z.infer<typeof visual>;
export type VisualKind = Visual["kind"];

export const MOTIONS = ["push_in", "push_out", "drift_left", "drift_right", "still_breathe"] as const;
export const motion = z.enum(MOTIONS);
export const TRANSITIONS = ["cut", "crossfade", "wipe", "slide"] as const;
/** How the beat begins; 0.4 s long unless `cut`. */
export const transition = z.enum(TRANSITIONS);

export const beat = z.strictObject({
  /** `b01`, `b02` … unique within the storyboard, in order of play. */
  id: z.string().min(1).max(64),
  section: z.string(),
  /** Exactly the sentences this beat speaks; empty for a silent card. */
  narration: z.string(),
  /** Length on screen in seconds: lead-in + speech + tail; never shorter than these. */
  duration_s: z.number().positive().max(600),
  /** Measured length of the spoken narration in seconds. */
  speech_s: z.number().min(0),
  visual,
  on_screen_text: z.string(),
  motion,
  transition,
  /** Citation marks of the sentences spoken, e.g. `["S1"]`. */
  citations: z.array(z.string()).default([]),
});
export type Beat = z.infer<typeof beat>;

export const beatEdit = z
  .strictObject({
    narration: z.string().max(2000).optional(),
    on_screen_text: z.string().max(300).optional(),
    visual: visual.optional(),
    motion: motion.optional(),
    transition: transition.optional(),
  })
  .refine((set) => Object.keys(set).length > 0, "set at least one field");

export const storyboard = z.strictObject({
  slug,
  title: z.string(),
  language: z.string(),
  fps: z.int().min(1).max(60),
  /** Pixels. */
  width: z.int().min(16).max(7680),
  height: z.int().min(16).max(7680),
  beats: z
    .array(beat)
    .min(1)
    .max(1000)
    .refine((beats) => new Set(beats.map((b) => b.id)).size === beats.length, "beat ids must be unique"),
});
export type Storyboard = z.infer<typeof storyboard>;
