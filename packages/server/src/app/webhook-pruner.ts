import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { WebhookStore } from "./ports/webhooks.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

/** Which ended deliveries are kept: of each webhook the newest so many, and none that ended longer ago. */
export type KeptDeliveries = { readonly keep_days: number; readonly keep_per_webhook: number };

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;
/** Rows forgotten in one transaction, some 10 ms, so that nothing else waits for long. */
const BATCH = 500;

/** Forgets ended deliveries at start and every hour. What a crash cuts off is done the next time. */
export function createPruner(
  deliveries: Pick<WebhookStore, "prune">,
  keep: KeptDeliveries,
  deps: { readonly clock: Clock; readonly log: Logger },
): Repeated {
  return repeatUntilStopped(EVERY_MS, async (running) => {
    const bounds = { ended_before: deps.clock.now() - keep.keep_days * DAY_MS, keep: keep.keep_per_webhook };
    try {
      while (running() && (await deliveries.prune({ ...bounds, limit: BATCH })) > 0) await nextTurn();
    } catch (error) {
      deps.log.error("events", "old deliveries of webhooks could not be forgotten", { error });
    }
  });
}
