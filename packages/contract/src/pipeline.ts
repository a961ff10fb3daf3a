import { z } from "zod";
import { stageId } from "./ids.ts";

/** One stage of `conf/pipelines/<name>.yaml`. */
export const pipelineStage = z.strictObject({
  id: stageId,
  /** Name of a stage adapter; defaults to the id. */
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  enabled: z.boolean().default(true),
  timeout_s: z.number().positive().max(86_400).default(600),
  /** How often a retryable failure is tried again after the first attempt. */
  retries: z.int().min(0).max(20).default(2),
  /** First delay in seconds; doubles with each further retry. */
  backoff_s: z.number().min(0).max(3600).default(2),
});
export type PipelineStage = z.infer<typeof pipelineStage>;

export const pipeline = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/, "a lower-case letter, then letters, digits, hyphens or underscores"),
  description: z.string().default(""),
  stages: z
    .array(pipelineStage)
    .min(1)
    .max(50)
    .refine((s) => new Set(s.map((x) => x.id)).size === s.length, "stage ids must be unique"),
});
export type Pipeline = z.infer<typeof pipeline>;
