import { z } from "zod";

export const VIAS = ["http", "cli", "websocket", "inbox", "link", "timer", "engine"] as const;

/**
 * Where an event came from. `via`: by which path; `token` the name of the token that was shown (null where none was:
 * the engine itself, a timer, a decision link); `address` of the client, where there was one; `link_id` of the decision
 * link that was used, `link_made_by` who made it (absent in events from before it was kept). `payload.by` says for whom it was done; only an admin's token may speak for another name.
 */
export const origin = z.object({
  via: z.enum(VIAS),
  token: z.string().nullable(),
  address: z.string().nullable(),
  link_id: z.string().nullable(),
  link_made_by: z.string().optional(),
});
export type Origin = z.infer<typeof origin>;
