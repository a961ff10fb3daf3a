import { motion } from "@greenlight/contract/storyboard";
import { z } from "zod";

/** Pixels of the full-size frame, origin at the top left. */
export const box = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
export type Box = z.infer<typeof box>;

const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const seconds = z.number().min(0);
const alpha = z.number().min(0).max(1);

export const ENTERS = [
  "rise",
  "fade",
  "wipe_right",
  "wipe_left",
  "grow_up",
  "grow_down",
  "grow_right",
  "grow_left",
] as const;
/** How a layer comes in: `rise` fades up and scales .95→1, `wipe` uncovers it, `grow` pushes it out of its foot. */
export const enter = z.strictObject({ kind: z.enum(ENTERS), at_s: seconds, duration_s: seconds });
export type Enter = z.infer<typeof enter>;

const common = {
  enter,
  /** When it begins to fade out; null stays to the end. */
  leave_s: seconds.nullable(),
  /** How strongly the beat's motion moves it: 0 not at all, 1 as the content, more = nearer to the viewer. */
  depth: z.number(),
};

export const FAMILIES = ["sans", "mono"] as const;
export const font = z.strictObject({
  family: z.enum(FAMILIES),
  weight: z.union([z.literal(400), z.literal(700)]),
  size_px: z.number().positive(),
  /** Extra space after each letter, as a fraction of the size. */
  tracking: z.number(),
});
export type Font = z.infer<typeof font>;

/** One stretch of text of one colour; `x` is its left edge and `y` its baseline. */
export const textRun = z.strictObject({ text: z.string(), x: z.number(), y: z.number(), colour });
export type TextRun = z.infer<typeof textRun>;

/** A number that counts from `from` to `to`; the last frame shows the text exactly as written. */
export const count = z.strictObject({
  from: z.number(),
  to: z.number(),
  decimals: z.int().min(0).max(6),
  group: z.string(),
  point: z.string(),
  prefix: z.string(),
  suffix: z.string(),
  duration_s: seconds,
});
export type Count = z.infer<typeof count>;

export const textLayer = z.strictObject({
  type: z.literal("text"),
  role: z.enum(["heading", "body", "label", "value", "mark"]),
  runs: z.array(textRun),
  font,
  direction: z.enum(["ltr", "rtl"]),
  /** Where its ink is when it stands still and largest. */
  box,
  /** The colour behind it that lies nearest to its own: what its contrast is measured against. */
  behind: colour,
  count: count.nullable(),
  ...common,
});
export type TextLayer = z.infer<typeof textLayer>;

export const rectLayer = z.strictObject({
  type: z.literal("rect"),
  box,
  radius: z.number(),
  colour,
  /** Opacity at the top (or left, when `across`) and at the other end. */
  alpha,
  alpha_end: alpha,
  across: z.boolean(),
  ...common,
});
export type RectLayer = z.infer<typeof rectLayer>;

/** A polyline: stroked, or filled down to `fill_to_y` with a fading gradient. */
export const pathLayer = z.strictObject({
  type: z.literal("path"),
  points: z.array(z.tuple([z.number(), z.number()])).min(2),
  width: z.number(),
  colour,
  alpha,
  fill_to_y: z.number().nullable(),
  ...common,
});
export type PathLayer = z.infer<typeof pathLayer>;

/** A circle: a disc whose opacity fades along its diagonal, or an arc that opens while it enters and turns slowly. */
export const circleLayer = z.strictObject({
  type: z.literal("circle"),
  cx: z.number(),
  cy: z.number(),
  r: z.number().positive(),
  colour,
  alpha,
  /** 0 = filled. */
  stroke: z.number(),
  /** Radians; where it stands at the end of the beat. */
  start: z.number(),
  sweep: z.number(),
  /** Radians a second. */
  spin: z.number(),
  ...common,
});
export type CircleLayer = z.infer<typeof circleLayer>;

/** A photograph that covers `box`; `id` is what `openImage` gets. */
export const imageLayer = z.strictObject({
  type: z.literal("image"),
  id: z.string(),
  box,
  ...common,
});
export type ImageLayer = z.infer<typeof imageLayer>;

/**
 * A video that covers `box`, without its sound; `id` is what `openImage` gets, which must give a path. At 0 s of the
 * beat it stands at `from_s` (before its start: at its first picture); after `length_s` its last picture stays.
 */
export const videoLayer = z.strictObject({
  type: z.literal("video"),
  id: z.string(),
  box,
  from_s: z.number(),
  length_s: z.number().positive(),
  ...common,
});
export type VideoLayer = z.infer<typeof videoLayer>;

export const layer = z.discriminatedUnion("type", [
  textLayer,
  rectLayer,
  pathLayer,
  circleLayer,
  imageLayer,
  videoLayer,
]);
export type Layer = z.infer<typeof layer>;

/** Soft light on the background: a two-dimensional normal curve, `sigma` in pixels, `strength` at its middle. */
export const glow = z.strictObject({
  x: z.number(),
  y: z.number(),
  sigma: z.number().positive(),
  colour,
  strength: alpha,
});
export type Glow = z.infer<typeof glow>;

/** All that one beat shows, in plain JSON: stored as an artifact, drawn by `prepareScene`, measured by the acceptance. */
export const sceneSpec = z.strictObject({
  beat_id: z.string(),
  /** The visual's kind. */
  kind: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  duration_s: z.number().positive(),
  background: z.strictObject({
    colour,
    glows: z.array(glow),
    /** Pixels it wanders over the beat. */
    drift: z.tuple([z.number(), z.number()]),
  }),
  motion,
  /** Scale reached over the beat by a slow push. */
  push: z.number().min(1),
  layers: z.array(layer),
});
export type SceneSpec = z.infer<typeof sceneSpec>;
