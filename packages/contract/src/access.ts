import { z } from "zod";
import { sha256 } from "./ids.ts";

/** From least to most: each may do what those before it may. */
export const ROLES = ["viewer", "reviewer", "operator", "admin"] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Names that decisions without a person carry; no person may have one. */
export const RESERVED_NAMES = ["auto", "timer", "automation", "policy", "engine"] as const;

/** The name of whoever shows ADMIN_TOKEN; no named token may have it. */
export const ADMIN_NAME = "admin";

export const personName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}]+$/u, "a name without control characters")
  .refine((name) => name.trim() === name, "a name without spaces around it")
  .refine((name) => !(RESERVED_NAMES as readonly string[]).includes(name), {
    message: `a name other than ${RESERVED_NAMES.join(", ")}`,
  });

/** What a token may or may not be used for. Reading needs any role. */
export const ACTIONS = [
  "submit",
  "approve",
  "reject",
  "resume",
  "apply_patch",
  "upload",
  "pause",
  "cancel",
  "retry",
  "redeliver",
  "test_webhook",
  "speak_for_others",
] as const;
export type Action = (typeof ACTIONS)[number];

/** `GET /me`: whose token this is, and what it may be used for. `least_role` is the first role that may. */
export const me = z.object({
  name: z.string(),
  role,
  may: z.record(z.enum(ACTIONS), z.object({ allowed: z.boolean(), least_role: role })),
});
export type Me = z.infer<typeof me>;

/** A named token of `conf/operator.yaml`. The token itself is known to its holder only. */
export const namedToken = z.strictObject({ name: personName, sha256, role });
export type NamedToken = z.infer<typeof namedToken>;
