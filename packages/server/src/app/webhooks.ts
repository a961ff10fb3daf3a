import type { WebhookView } from "@greenlight/contract/webhook";
import { Rejection } from "../domain/commands.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { LiveFeed } from "./ports/live-feed.ts";
import type { Webhook, WebhookLog } from "./ports/webhooks.ts";
import { type CourierDeps, createCourier } from "./webhook-courier.ts";

/** All webhooks, each with a courier of its own. `start` before anything is appended: a new webhook begins there. */
export function createWebhooks(
  webhooks: readonly Webhook[],
  deps: CourierDeps & {
    readonly store: Pick<EventStore, "lastEventId">;
    readonly feed: Pick<LiveFeed, "onEvents">;
  },
): WebhookLog & { start(): Promise<void>; stop(): Promise<void> } {
  const { store, deliveries, feed } = deps;
  const couriers = webhooks.map((webhook) => createCourier(webhook, deps));
  let ignore = () => {};

  return {
    async start() {
      await deliveries.enlist(
        webhooks.map(({ name }) => name),
        await store.lastEventId(),
      );
      ignore = feed.onEvents(() => {
        for (const courier of couriers) courier.wake();
      });
      for (const courier of couriers) courier.start();
    },
    async stop() {
      ignore();
      await Promise.all(couriers.map((courier) => courier.stop()));
    },
    list: () =>
      Promise.all(
        webhooks.map(
          async ({ name, url, events }): Promise<WebhookView> => ({
            name,
            url: shownAddress(url),
            events: [...events],
            ...(await deliveries.counts(name)),
          }),
        ),
      ),
    async deliveries(name, limit) {
      if (!webhooks.some((webhook) => webhook.name === name))
        throw new Rejection("webhook_not_found", "No webhook has this name.");
      return deliveries.deliveries(name, limit);
    },
  };
}

/** The address without what may be secret in it: credentials, path (where chat services put their key), query, fragment. */
export function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === "/" ? origin : `${origin}/…`;
}
