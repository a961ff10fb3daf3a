import { z } from "zod";
import { sha256 } from "./ids.ts";

const version = z.int().min(1);

/** `GET …/compare`. Default: the last two versions. */
export const compareVersions = z.strictObject({
  from: z.coerce.number().pipe(version).optional(),
  to: z.coerce.number().pipe(version).optional(),
});

const side = z.object({ version, sha256, size_bytes: z.int(), media_type: z.string() });
const sides = { name: z.string(), from: side, to: side };

/** A place in a JSON document; `before` is absent where it was added, `after` where it was removed. */
export const jsonChange = z.object({
  /** JSON Pointer. */
  pointer: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type JsonChange = z.infer<typeof jsonChange>;

/** A beat that is not as it was. `from_index`, `to_index`: its place from 0; null where it is not. */
export const beatChange = z.object({
  beat_id: z.string(),
  from_index: z.int().nullable(),
  to_index: z.int().nullable(),
  /** Its order among the beats that both versions have differs. */
  moved: z.boolean(),
  /** Empty for a beat that was added, removed or only moved. */
  fields: z.array(jsonChange),
});
export type BeatChange = z.infer<typeof beatChange>;

/** A number that was measured in both versions. */
export const measuredPair = z.object({
  name: z.string(),
  unit: z.string(),
  before: z.number(),
  after: z.number(),
});
export type MeasuredPair = z.infer<typeof measuredPair>;

/** A number about two versions together. */
export const measuredBetween = z.object({ name: z.string(), unit: z.string(), value: z.number() });
export type MeasuredBetween = z.infer<typeof measuredBetween>;

/** How alike two pictures are. `ssim`: 1 = the same. `colour_difference`: mean of the channels, levels of 0…255. */
export const likeness = z.object({ ssim: z.number(), colour_difference: z.number() });

/** Two versions of an artifact, side by side, as fits what they are. */
export const comparison = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("text"),
    ...sides,
    added_lines: z.int(),
    removed_lines: z.int(),
    /** A unified diff with three lines around each change; empty where nothing differs. */
    unified: z.string(),
  }),
  z.object({
    kind: z.literal("storyboard"),
    ...sides,
    beats: z.array(beatChange),
    /** What differs outside of the beats. */
    changes: z.array(jsonChange),
    /** Seconds. */
    duration_before_s: z.number(),
    duration_after_s: z.number(),
  }),
  z.object({ kind: z.literal("json"), ...sides, changes: z.array(jsonChange) }),
  z.object({
    kind: z.literal("media"),
    ...sides,
    measured: z.array(measuredPair),
    /** How alike the two are; for films the means over `moments` and the least `ssim` of them. */
    between: z.array(measuredBetween),
    /** Of two films: pictures seen at the same time, seconds from the start, in both. */
    moments: z.array(likeness.extend({ at_s: z.number() })),
    /** Names of measures that fit this medium and were not taken. */
    not_measured: z.array(z.string()),
  }),
]);
export type Comparison = z.infer<typeof comparison>;
