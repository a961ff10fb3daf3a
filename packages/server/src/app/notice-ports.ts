/** The ports of notices: where their state is kept, and what carries them out of the house. */

import type { Artifact } from "@greenlight/contract/artifact";
import type { CreateDecisionLink } from "@greenlight/contract/decision-link";
import type { EventType } from "@greenlight/contract/event";
import type { WebhookDelivery, WebhookView } from "@greenlight/contract/webhook";
import type { JobState } from "../domain/state.ts";
import type { Actor } from "./ports.ts";

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

/** A link that lets one person decide one gate once; times in milliseconds since the epoch. */
export type DecisionLink = {
  readonly link_id: string;
  readonly job_id: string;
  readonly stage: string;
  readonly person: string;
  readonly made_by: string;
  /** As they stood when the link was made. */
  readonly artifacts: readonly Artifact[];
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
};

/** Links by the SHA-256, in hex, of what is secret in them. */
export interface DecisionLinkStore {
  save(tokenSha256: string, link: Omit<DecisionLink, "used_at">): Promise<void>;
  find(tokenSha256: string): Promise<DecisionLink | undefined>;
  /** Marks it used if it is neither used nor expired; of many at once only one gets true. */
  claim(tokenSha256: string, now: number): Promise<boolean>;
  /** Takes a claim back. */
  release(tokenSha256: string): Promise<void>;
}

/** What HTTP asks of decision links. */
export interface DecisionLinks {
  /** @throws Rejection gate_not_open, job_not_found, role_not_allowed */
  create(
    jobId: string,
    stage: string,
    request: CreateDecisionLink,
    actor: Actor,
  ): Promise<{ readonly token: string; readonly link: Omit<DecisionLink, "used_at"> }>;
  /** @throws Rejection link_not_found, link_used, link_expired */
  find(token: string): Promise<DecisionLink>;
  /**
   * The link and the job whose gate it can still decide. Changes nothing.
   * @throws Rejection as `find` does, and gate_not_open, gate_already_decided, gate_stale_artifact
   */
  look(token: string): Promise<{ readonly link: DecisionLink; readonly job: JobState }>;
  /**
   * Decides with the link, which is then used; one that is refused stays as it was.
   * @throws Rejection as `look` does, and whatever the domain refuses
   */
  decide(
    token: string,
    decision: { readonly approve: boolean; readonly notes: string | null; readonly address: string | null },
  ): Promise<{ readonly link: DecisionLink; readonly job: JobState }>;
}
