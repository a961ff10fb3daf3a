/**
 * Tickets stand in for the token where a browser cannot send a header. A stream ticket opens one stream, once,
 * within 30 s. A content ticket reads the artifacts of one job until it ends, so that `<video>` can seek. Both are
 * 256 random bits, kept in memory as hashes only: a restart ends them all, and the console asks for new ones.
 */

import { createHash, randomBytes } from "node:crypto";
import type { CreateTicket, Ticket } from "@greenlight/contract/api";
import type { Clock } from "../app/ports/clock.ts";

const STREAM_MS = 30_000;
const CONTENT_MS = 12 * 3_600_000;
/** The oldest make room beyond this many. */
const KEPT = 10_000;

type Entry = { readonly grant: CreateTicket; readonly ends: number };

export class Tickets {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(grant: CreateTicket): Ticket {
    const now = this.#clock.now();
    for (const [hash, entry] of this.#entries) {
      if (entry.ends > now && this.#entries.size < KEPT) continue;
      this.#entries.delete(hash);
    }
    const ticket = randomBytes(32).toString("base64url");
    const ends = now + (grant.use === "stream" ? STREAM_MS : CONTENT_MS);
    this.#entries.set(hashOf(ticket), { grant, ends });
    return { ticket, expires_at: new Date(ends).toISOString() };
  }

  /** Uses the ticket up; false if it is unknown, used, of another kind or over. */
  redeemStream(ticket: string): boolean {
    const hash = hashOf(ticket);
    const entry = this.#entries.get(hash);
    if (entry?.grant.use !== "stream") return false;
    this.#entries.delete(hash);
    return entry.ends > this.#clock.now();
  }

  /** Whether the ticket reads the artifacts of this job now. */
  opensContent(ticket: string, jobId: string): boolean {
    const entry = this.#entries.get(hashOf(ticket));
    return entry?.grant.use === "content" && entry.grant.job_id === jobId && entry.ends > this.#clock.now();
  }
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("hex");
}
