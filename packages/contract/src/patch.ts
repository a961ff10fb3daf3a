import { z } from "zod";
import { uuid7 } from "./ids.ts";
import { beatEdit } from "./storyboard.ts";

/** The most a level may be raised or lowered, by one patch and by all in sum. */
export const LEVEL_LIMIT_DB = 24;

const beatId = z.string().min(1).max(64);

export const jsonPatchOperation = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), path: z.string(), value: z.json() }),
  z.strictObject({ op: z.literal("remove"), path: z.string() }),
  z.strictObject({ op: z.literal("replace"), path: z.string(), value: z.json() }),
  z.strictObject({ op: z.literal("move"), from: z.string(), path: z.string() }),
  z.strictObject({ op: z.literal("copy"), from: z.string(), path: z.string() }),
  z.strictObject({ op: z.literal("test"), path: z.string(), value: z.json() }),
]);
export type JsonPatchOperation = z.infer<typeof jsonPatchOperation>;

/** A change a person makes to a stage's output. `artifact` picks one by name where a stage has several. */
export const patch = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("text_replace"),
    replacements: z
      .array(z.strictObject({ old: z.string().min(1), new: z.string() }))
      .min(1)
      .max(200),
  }),
  z.strictObject({
    type: z.literal("section_replace"),
    section_marker: z.string().min(1),
    new_section: z.string(),
  }),
  z.strictObject({
    type: z.literal("duration_adjust"),
    /** `duration` in seconds. */
    beat_adjustments: z
      .array(z.strictObject({ beat_id: beatId, duration: z.number().positive().max(600) }))
      .min(1)
      .refine((all) => new Set(all.map((one) => one.beat_id)).size === all.length, {
        message: "a beat is named twice; give each beat one duration",
      }),
  }),
  z.strictObject({ type: z.literal("beat_edit"), beat_id: beatId, set: beatEdit }),
  z.strictObject({ type: z.literal("asset_replace"), beat_id: beatId, upload_id: uuid7 }),
  z.strictObject({
    type: z.literal("level_adjust"),
    level_change_db: z.number().min(-LEVEL_LIMIT_DB).max(LEVEL_LIMIT_DB),
    beat_id: beatId.optional(),
    track: z.enum(["voice", "music"]).optional(),
  }),
  z.strictObject({
    type: z.literal("json_patch"),
    operations: z.array(jsonPatchOperation).min(1).max(500),
    artifact: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("replace"), content: z.json(), artifact: z.string().optional() }),
  /** An earlier version of an artifact stands again, as its newest one. */
  z.strictObject({ type: z.literal("revert"), artifact: z.string().min(1), version: z.int().min(1) }),
]);
export type Patch = z.infer<typeof patch>;
export type PatchType = Patch["type"];
