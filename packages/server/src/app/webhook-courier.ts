/**
 * Serves one webhook: takes the events it wants from the log, from its cursor on, and tries each delivery until it is
 * accepted or a day has passed. Cursor and deliveries are in the store before anything is sent and a delivery ends in
 * the store after its answer, so that whatever dies in between, every event is sent at least once. A receiver that answers
 * 410 is gone: nothing is taken over or sent until the store says otherwise. Deliveries of one webhook are tried one at
 * a time, each webhook by itself: a slow receiver holds up nobody else.
 */

import type { Clock } from "./ports/clock.ts";
import type { EventStore } from "./ports/event-store.ts";
import type { Logger } from "./ports/logger.ts";
import type { NoticeSender, TryResult, Webhook, WebhookStore } from "./ports/webhooks.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";
import { type Answer, attempt } from "./webhook-attempt.ts";
import { waitAfter } from "./webhook-back-off.ts";
import { goneReason } from "./webhook-gone.ts";
import { eventMessage } from "./webhook-message.ts";

export type CourierDeps = {
  readonly store: Pick<EventStore, "readAll" | "findEvent" | "load">;
  readonly deliveries: WebhookStore;
  readonly sender: NoticeSender;
  readonly clock: Clock;
  readonly log: Logger;
  /** Numbers 0 ≤ x < 1 that spread the tries. */
  readonly random: () => number;
  /** Where a job is shown to people; null where it is not. */
  jobUrl(jobId: string): string | null;
};

/** `stop` ends the try under way, which will be made again. */
export interface Courier extends Repeated {
  /** There may be new events, or the receiver be back. */
  wake(): void;
}

const GONE = 410;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** The longest sleep between two looks at the clock and for new events. */
const LONGEST_SLEEP_MS = 250;
const BATCH = 200;

export function createCourier(webhook: Webhook, deps: CourierDeps): Courier {
  const { store, deliveries, sender, clock, log, random, jobUrl } = deps;
  const { name } = webhook;
  const wanted: ReadonlySet<string> = new Set(webhook.events);
  const stopping = new AbortController();
  let dirty = true;
  let dueAt: number | null = null;
  /** How far the log was read; undefined = as far as the store says. */
  let position: string | null | undefined;

  async function look(running: () => boolean): Promise<void> {
    try {
      if (dirty) {
        dirty = false;
        const gone = (await deliveries.goneSince(name)) !== null;
        if (!gone) await takeOver();
        dueAt = gone ? null : ((await deliveries.nextDue(name))?.next_try_at ?? null);
      }
      while (running() && dueAt !== null && dueAt <= clock.now()) dueAt = await tryNext();
    } catch (error) {
      dirty = true;
      log.error("events", "a webhook could not be served", { webhook: name, error });
    }
  }

  /** Events nobody wants move the cursor only by the batch: a write for each would double the log's own. */
  async function takeOver(): Promise<void> {
    if (position === undefined) position = await deliveries.cursor(name);
    for (;;) {
      const events = await store.readAll(position, BATCH);
      const last = events.at(-1);
      if (!last) return;
      const chosen = events.filter((event) => wanted.has(event.type));
      if (chosen.length > 0 || events.length === BATCH)
        await deliveries.handOver(name, last.id, chosen, clock.now());
      position = last.id;
    }
  }

  /** Returns when the next delivery is due; null = not before it is woken. */
  async function tryNext(): Promise<number | null> {
    const due = await deliveries.nextDue(name);
    if (due === null || due.next_try_at > clock.now()) return due?.next_try_at ?? null;
    const event = await store.findEvent(due.event_id);
    const job = event && (await store.load(event.job_id));
    if (!event || !job) throw new Error(`the log has lost event ${due.event_id}`);
    const shown = { slug: job.slug, url: jobUrl(job.id) };
    const message = eventMessage(event, shown, webhook.key, Math.floor(clock.now() / 1000));
    const answer = await attempt(sender, webhook.url, message, stopping.signal);
    if (answer === null) return due.next_try_at;
    const result = resultOf(due, answer, random, clock.now());
    // Before the delivery: what dies in between finds the receiver gone, and the delivery still to be made.
    const gone = answer.http_status === GONE;
    if (gone) await deliveries.setGone(name, clock.now());
    await deliveries.record(name, result);
    if (result.status === "dead")
      log.error("events", "a webhook's delivery was given up", {
        webhook: name,
        event_id: due.event_id,
        error: result.error,
      });
    if (gone) {
      const reason = goneReason(name, clock.now());
      log.error("events", `the webhook ${name} is switched off: ${reason}`, { event_id: due.event_id });
      return null;
    }
    return (await deliveries.nextDue(name))?.next_try_at ?? null;
  }

  const looking = repeatUntilStopped(LONGEST_SLEEP_MS, look);
  return {
    wake() {
      dirty = true;
    },
    start: looking.start,
    stop() {
      const ended = looking.stop();
      stopping.abort();
      return ended;
    },
  };
}

/** No try begins later than a day after the first was due, or asked for again. */
function resultOf(
  due: { readonly event_id: string; readonly attempts: number; readonly first_due: number },
  { http_status, error, retry_after }: Answer,
  random: () => number,
  now: number,
): TryResult {
  const base = { event_id: due.event_id, tried_at: now, http_status, error };
  if (error === null) return { ...base, status: "delivered", next_try_at: null };
  const next = now + waitAfter(due.attempts, retry_after, random, now);
  return next > due.first_due + GIVE_UP_AFTER_MS
    ? { ...base, status: "dead", next_try_at: null }
    : { ...base, status: "pending", next_try_at: next };
}
