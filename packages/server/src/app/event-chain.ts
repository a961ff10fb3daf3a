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
 * Whether a job's events, from the first, are whole and as they were written: every seq once and each hash the one its
 * event and the hash before it give. Names the first event that is not.
 */
export function verifyChain(events: readonly JobEvent[]): ChainReport {
  let head = "";
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq > seq) return { intact: false, seq, reason: `event ${seq} is missing` };
    if (event.seq !== seq)
      return { intact: false, seq, reason: `another event ${event.seq} stands where event ${seq} should` };
    const hash = hashOf(head, event);
    if (hash !== event.hash)
      return { intact: false, seq, reason: `event ${seq} is not as it was written, or one before it is not` };
    head = hash;
  }
  return { intact: true, events: events.length, head };
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
