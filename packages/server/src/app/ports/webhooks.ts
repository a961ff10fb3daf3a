import type { EventType } from "@greenlight/contract/event";
import type { WebhookDelivery, WebhookView } from "@greenlight/contract/webhook";

/** A webhook whose key is known. */
export type Webhook = {
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventType[];
  readonly key: Uint8Array;
};

/** A delivery that is to be tried; times in milliseconds since the epoch. */
export type DueDelivery = {
  readonly event_id: string;
  /** Tries that ended. */
  readonly attempts: number;
  readonly created_at: number;
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
  deliveries(name: string, limit: number): Promise<WebhookDelivery[]>;
}

/** Carries one message to one address. */
export interface NoticeSender {
  /**
   * The HTTP status that came back, whatever it is; redirects are not followed.
   * @throws Error whose message says why there was no answer (no connection, none in time, ended by the signal).
   */
  send(message: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  }): Promise<number>;
}

/** What the API shows of webhooks. */
export interface WebhookLog {
  list(): Promise<WebhookView[]>;
  /** @throws Rejection webhook_not_found */
  deliveries(name: string, limit: number): Promise<WebhookDelivery[]>;
}
