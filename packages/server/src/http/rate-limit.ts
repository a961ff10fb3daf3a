import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Rejection } from "../domain/commands.ts";

const WINDOW_MS = 60_000;

/** Where a count stands within its minute. */
export type Spent = {
  readonly max: number;
  readonly remaining: number;
  /** Seconds until it begins anew. */
  readonly ttlInSeconds: number;
  readonly isExceeded: boolean;
};

/** Counts a request, or with `increment: false` only looks; null where none is counted. */
export type Counter = (request: FastifyRequest, options?: { increment?: boolean }) => Promise<Spent | null>;

/** Must come before any counter. */
export async function allowRateLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
}

/** A count of its own, a minute long, for each key; the key presets to the address (of IPv6 its /64). */
export function counter(
  app: FastifyInstance,
  perMinute: number,
  keyOf?: (request: FastifyRequest) => string,
): Counter {
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: WINDOW_MS,
    ...(keyOf === undefined ? {} : { keyGenerator: keyOf }),
  });
  return async (request, options) => {
    const spent = await count(request, options);
    return spent.isAllowed ? null : spent;
  };
}

/**
 * So many requests a minute for the holder of each token, and as many for each address that shows none: guesses at a
 * token count, yet cannot use up a holder's share. Returns the check to run on each request.
 */
export function rateLimiter(
  app: FastifyInstance,
  perMinute: number,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const count = counter(app, perMinute, (request) =>
    request.actor === null ? `address ${request.ip}` : `token ${request.actor.name}`,
  );
  /** @throws Rejection rate_limited */
  return async (request, reply) => {
    const spent = await count(request);
    if (spent === null) return;
    reply.header("ratelimit-limit", spent.max).header("ratelimit-remaining", spent.remaining);
    reply.header("ratelimit-reset", spent.ttlInSeconds);
    if (spent.isExceeded) throw rateLimited(reply, spent);
  };
}

/** Why a request is refused; says when to come back. `what`: of what there were too many. */
export function rateLimited(reply: FastifyReply, { max, ttlInSeconds }: Spent, what = "requests"): Rejection {
  reply.header("retry-after", ttlInSeconds);
  return new Rejection("rate_limited", `More than ${max} ${what} a minute; wait ${ttlInSeconds} s.`);
}
