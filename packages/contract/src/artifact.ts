import { z } from "zod";
import { instant, sha256, stageId, uuid7 } from "./ids.ts";

export const ARTIFACT_KINDS = [
  "outline",
  "research_data",
  "script",
  "storyboard",
  "asset",
  "animatic",
  "voiceover",
  "music",
  "mix",
  "timing",
  "captions",
  "video",
  "thumbnail",
  "acceptance_report",
  "story",
  "scenes",
  "reference_image",
  "video_clip",
] as const;
export const artifactKind = z.enum(ARTIFACT_KINDS);
export type ArtifactKind = z.infer<typeof artifactKind>;

/**
 * `made_by` names the provider that made it, e.g. `writer:builtin@1`, `speech:flite/rms`; `inputs` the sha256 of each
 * artifact or file it was made from.
 */
export const artifactMeta = z.looseObject({ made_by: z.string(), inputs: z.array(sha256).optional() });
export type ArtifactMeta = z.infer<typeof artifactMeta>;

/**
 * The current version of one output of a stage. `path` is relative to the job's run folder
 * (`artifacts/<stage>/<name>`). `id` is stable over versions; a new version has a new sha256 and `version` + 1.
 */
export const artifact = z.object({
  id: uuid7,
  stage: stageId,
  kind: artifactKind,
  name: z.string(),
  path: z.string(),
  version: z.int().min(1),
  sha256,
  size_bytes: z.int().min(0),
  media_type: z.string(),
  created_at: instant,
  meta: artifactMeta,
});
export type Artifact = z.infer<typeof artifact>;
