import type { EventType } from "@greenlight/contract/event";
import type { WebhookDelivery, WebhookTest, WebhookView } from "@greenlight/contract/webhook";
import type { Actor } from "./operations.ts";

type Named = { readonly name: string; readonly url: string; readonly events: readonly EventType[] };

/** A webhook whose key is known. */
export type Webhook = Named & { readonly key: Uint8Array };

/** As the configuration has it: ready, or switched off for a reason that names what to mend. */
export type ConfiguredWebhook = Webhook | (Named & { readonly disabled_reason: string });

/** A delivery that is to be tried; times in milliseconds since the epoch. */
export type DueDelivery = {
  readonly event_id: string;
  /** Tries that ended, since `first_due`. */
  readonly attempts: number;
  /** When it was taken from the log, or last asked for again. */
  readonly first_due: number;
  readonly next_try_at: number;
};

/** How a try ended. `next_try_at` (milliseconds since the epoch) is null when there is none. */
export type TryResult = {
  readonly event_id: string;
  readonly status: "pending" | "delivered" | "dead";
  readonly tried_at: number;
  readonly next_try_at: number | null;
  readonly http_status: number | null;
  readonly error: string | null;
};

/** Cursors and deliveries. Every method is one transaction. */
export interface WebhookStore {
  /**
   * Makes these the webhooks there are: a new one starts after `newest` (null = at the first event); one that is gone
   * loses its place, and what it had pending is dead.
   */
  enlist(names: readonly string[], newest: string | null): Promise<void>;
  /** The last event that was handed over to this webhook. */
  cursor(name: string): Promise<string | null>;
  /** Since when its receiver is gone (milliseconds since the epoch); null where it is not. */
  goneSince(name: string): Promise<number | null>;
  setGone(name: string, since: number | null): Promise<void>;
  /** Makes a delivery, due at once, of each event, and moves the cursor. One that is there already stays as it is. */
  handOver(
    name: string,
    cursor: string,
    events: readonly { readonly id: string; readonly job_id: string; readonly type: string }[],
    now: number,
  ): Promise<void>;
  /** The pending delivery that is due first, whenever that is; of those due together the oldest event. */
  nextDue(name: string): Promise<DueDelivery | null>;
  record(name: string, result: TryResult): Promise<void>;
  counts(name: string): Promise<{ pending: number; dead: number }>;
  /** Newest event first. */
  deliveries(
    name: string,
    query: { readonly limit: number; readonly status?: WebhookDelivery["status"] | undefined },
  ): Promise<WebhookDelivery[]>;
  /** Makes a delivery due now, with no try behind it, whatever came of it before; undefined if there is none. */
  redeliver(name: string, eventId: string, now: number): Promise<WebhookDelivery | undefined>;
  /**
   * Forgets at most `limit` deliveries that have ended: those that ended before `ended_before` (milliseconds since the
   * epoch), and of each webhook all but the newest `keep`. A pending one is never forgotten. Returns how many it forgot.
   */
  prune(bounds: {
    readonly ended_before: number;
    readonly keep: number;
    readonly limit: number;
  }): Promise<number>;
}

/** What came back: the HTTP status, whatever it is, and the header Retry-After as it was sent; null where it was not. */
export type Reply = { readonly status: number; readonly retry_after: string | null };

/** Carries one message to one address. */
export interface NoticeSender {
  /**
   * Sends it once; redirects are not followed.
   * @throws Error whose message says why there was no answer (no connection, none in time, ended by the signal).
   */
  send(message: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  }): Promise<Reply>;
}

/** What the API asks of webhooks. Each that names one throws Rejection webhook_not_found where there is none. */
export interface Webhooks {
  list(): Promise<WebhookView[]>;
  deliveries(name: string, query: Parameters<WebhookStore["deliveries"]>[1]): Promise<WebhookDelivery[]>;
  /** @throws Rejection delivery_not_found, role_not_allowed, webhook_disabled */
  redeliver(name: string, eventId: string, actor: Actor): Promise<WebhookDelivery>;
  /** Sends a message that is no event, once; if it is accepted, the receiver is no longer gone. @throws Rejection role_not_allowed, webhook_disabled */
  test(name: string, actor: Actor): Promise<WebhookTest>;
}
