import type { WebhookView } from "@greenlight/contract/webhook";
import { Rejection } from "../domain/commands.ts";
import { requireRole } from "../domain/roles.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Ids } from "./ports/ids.ts";
import type { LiveFeed } from "./ports/live-feed.ts";
import { Unavailable } from "./ports/unavailable.ts";
import type { ConfiguredWebhook, Webhook, Webhooks } from "./ports/webhooks.ts";
import { attempt } from "./webhook-attempt.ts";
import { type CourierDeps, createCourier } from "./webhook-courier.ts";
import { goneReason } from "./webhook-gone.ts";
import { testMessage } from "./webhook-message.ts";
import { createPruner, type KeptDeliveries } from "./webhook-pruner.ts";

/**
 * All webhooks, each that is ready with a courier of its own. One that is switched off keeps its place in the log and
 * what it has pending: nothing is lost until it is ready again. `start` before anything is appended: a new webhook
 * begins there.
 */
export function createWebhooks(
  webhooks: readonly ConfiguredWebhook[],
  deps: CourierDeps & {
    readonly store: Pick<EventStore, "lastEventId">;
    readonly feed: Pick<LiveFeed, "onEvents">;
    readonly ids: Ids;
    readonly keep: KeptDeliveries;
  },
): Webhooks & { start(): Promise<void>; stop(): Promise<void> } {
  const { store, deliveries, feed, sender, clock, ids, log, keep } = deps;
  const ready = webhooks.filter((webhook): webhook is Webhook => "key" in webhook);
  const couriers = new Map(ready.map((webhook) => [webhook.name, createCourier(webhook, deps)]));
  const pruner = createPruner(deliveries, keep, { clock, log });
  const stopping = new AbortController();
  let ignore = () => {};

  /** @throws Rejection webhook_not_found */
  function find(name: string): ConfiguredWebhook {
    const found = webhooks.find((webhook) => webhook.name === name);
    if (found === undefined) throw new Rejection("webhook_not_found", "No webhook has this name.");
    return found;
  }

  /** @throws Rejection webhook_not_found, webhook_disabled */
  function findReady(name: string): Webhook {
    const found = find(name);
    if ("key" in found) return found;
    throw new Rejection("webhook_disabled", `${name} is switched off. ${found.disabled_reason}`);
  }

  /** @throws Rejection webhook_not_found, webhook_disabled */
  async function requireOn(name: string): Promise<void> {
    findReady(name);
    const since = await deliveries.goneSince(name);
    if (since !== null)
      throw new Rejection("webhook_disabled", `${name} is switched off. ${goneReason(name, since)}`);
  }

  /** A test was accepted. */
  async function switchOn(name: string, by: string): Promise<void> {
    if ((await deliveries.goneSince(name)) === null) return;
    await deliveries.setGone(name, null);
    log.info("events", `the webhook ${name} is on again: a test by ${by} was accepted`);
    couriers.get(name)?.wake();
  }

  return {
    async start() {
      for (const webhook of webhooks)
        if ("disabled_reason" in webhook)
          log.error("events", `the webhook ${webhook.name} is switched off: ${webhook.disabled_reason}`);
      await deliveries.enlist(
        webhooks.map(({ name }) => name),
        await store.lastEventId(),
      );
      for (const { name } of ready) {
        const since = await deliveries.goneSince(name);
        if (since !== null)
          log.error("events", `the webhook ${name} is switched off: ${goneReason(name, since)}`);
      }
      ignore = feed.onEvents(() => {
        for (const courier of couriers.values()) courier.wake();
      });
      for (const courier of couriers.values()) courier.start();
      pruner.start();
    },
    async stop() {
      ignore();
      stopping.abort();
      await Promise.all([pruner.stop(), ...[...couriers.values()].map((courier) => courier.stop())]);
    },
    list: () =>
      Promise.all(
        webhooks.map(async (webhook): Promise<WebhookView> => {
          const since = await deliveries.goneSince(webhook.name);
          const gone = since === null ? null : goneReason(webhook.name, since);
          const reason = "disabled_reason" in webhook ? webhook.disabled_reason : gone;
          return {
            name: webhook.name,
            url: shownAddress(webhook.url),
            events: [...webhook.events],
            status: reason === null ? "active" : "disabled",
            disabled_reason: reason,
            gone_since: since === null ? null : new Date(since).toISOString(),
            ...(await deliveries.counts(webhook.name)),
          };
        }),
      ),
    async deliveries(name, query) {
      return deliveries.deliveries(find(name).name, query);
    },
    async redeliver(name, eventId, actor) {
      requireRole(actor.role, "redeliver");
      await requireOn(name);
      const delivery = await deliveries.redeliver(name, eventId, clock.now());
      if (delivery === undefined)
        throw new Rejection("delivery_not_found", `${name} has no delivery of this event.`);
      log.info("events", `${actor.name} asked for a delivery again`, { webhook: name, event_id: eventId });
      couriers.get(name)?.wake();
      return delivery;
    },
    async test(name, actor) {
      requireRole(actor.role, "test_webhook");
      const { key, url } = findReady(name);
      const began = clock.now();
      const id = ids.next();
      const answer = await attempt(sender, url, testMessage(id, name, key, began), stopping.signal);
      if (answer === null) throw new Unavailable("the server stops");
      const { http_status, error } = answer;
      if (error === null) await switchOn(name, actor.name);
      return { id, accepted: error === null, http_status, error, duration_ms: clock.now() - began };
    },
  };
}

/** The address without what may be secret in it: credentials, path (where chat services put their key), query, fragment. */
export function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === "/" ? origin : `${origin}/…`;
}
