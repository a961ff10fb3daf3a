import { createHash } from "node:crypto";
import type { ChainReport } from "@greenlight/contract/audit";
import type { JobEvent } from "@greenlight/contract/event";
import canonicalize from "canonicalize";

/**
 * The hash of an event, given the hash of the one before it in its job (empty for the first): SHA-256 over that hash,
 * a line feed, and the event without `hash` as canonical JSON (RFC 8785). Lone surrogates, which canonical JSON has no
 * form for, count as U+FFFD.
 */
export function hashOf(previous: string, event: Omit<JobEvent, "hash">): string {
  const { id, job_id, seq, ts, type, stage, status, message, payload, origin } = event;
  const body = { id, job_id, seq, ts, type, stage, status, message, payload, origin };
  return createHash("sha256")
    .update(`${previous}\n${canonicalText(body)}`)
    .digest("hex");
}

/**
 * Reads a job's events from the first on and finds the first that is not whole and as it was written: every seq once and
 * each hash the one its event and the hash before it give.
 */
export class ChainReader {
  #events = 0;
  #head = "";
  #fault: Extract<ChainReport, { intact: false }> | null = null;

  /** The next event; after a fault further ones change nothing. */
  take(event: JobEvent): void {
    if (this.#fault) return;
    const seq = this.#events + 1;
    const fault = (reason: string) => {
      this.#fault = { intact: false, seq, reason };
    };
    if (event.seq > seq) return fault(`event ${seq} is missing`);
    if (event.seq !== seq) return fault(`another event ${event.seq} stands where event ${seq} should`);
    const hash = hashOf(this.#head, event);
    if (hash !== event.hash) return fault(`event ${seq} is not as it was written, or one before it is not`);
    this.#events = seq;
    this.#head = hash;
  }

  /** Of the events so far. */
  report(): ChainReport {
    return this.#fault ?? { intact: true, events: this.#events, head: this.#head };
  }
}

/** As `ChainReader`, of all events at once. */
export function verifyChain(events: readonly JobEvent[]): ChainReport {
  const reader = new ChainReader();
  for (const event of events) reader.take(event);
  return reader.report();
}

function canonicalText(value: unknown): string {
  try {
    return canonicalize(value) ?? "";
  } catch {
    return canonicalize(wellFormed(value)) ?? "";
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key.toWellFormed(), wellFormed(v)]));
}
