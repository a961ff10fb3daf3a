import { z } from "zod";

/** UUIDv7 in canonical lower-case form; sorts by the time it was made. */
export const uuid7 = z.uuidv7();

/** Lower-case hexadecimal SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");

/** ISO 8601 instant in UTC, e.g. `2026-11-21T09:30:00.000Z`. */
export const instant = z.iso.datetime();

/** A job's short name: lower-case letters, digits and single hyphens, at most 64 characters; safe as a folder name. */
export const slug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens, e.g. tidal-power");

/** Name of a stage within a pipeline, e.g. `storyboard`. */
export const stageId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9_]*$/, "a lower-case letter, then letters, digits or underscores");
