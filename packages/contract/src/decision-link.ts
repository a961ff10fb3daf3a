import { z } from "zod";
import { personName } from "./access.ts";
import { instant, sha256, uuid7 } from "./ids.ts";

/** `POST /jobs/{id}/gates/{stage}/links`. Only an admin may make one for another name than the token's. */
export const createDecisionLink = z.strictObject({
  for: personName,
  expires_in_s: z.int().min(60).max(2_592_000).default(86_400),
});
export type CreateDecisionLink = z.infer<typeof createDecisionLink>;
export type CreateDecisionLinkInput = z.input<typeof createDecisionLink>;

/** `url` is told this once: the server keeps only a hash of what is secret in it. */
export const decisionLink = z.object({
  link_id: uuid7,
  url: z.string(),
  expires_at: instant,
  /** The versions the link decides on: those that stood at the gate when it was made. */
  artifact_sha256s: z.array(sha256),
});
export type DecisionLink = z.infer<typeof decisionLink>;
