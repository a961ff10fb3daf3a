import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Rejection } from "../domain/commands.ts";

/**
 * So many requests a minute for the holder of each token, and as many for each address that shows none: guesses at a
 * token count, yet cannot use up a holder's share. Returns the check to run on each request.
 */
export async function rateLimiter(
  app: FastifyInstance,
  perMinute: number,
): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<void>> {
  await app.register(rateLimit, { global: false });
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) =>
      request.actor === null ? `address ${request.ip}` : `token ${request.actor.name}`,
  });
  /** @throws Rejection rate_limited */
  return async (request, reply) => {
    const limit = await count(request);
    if (limit.isAllowed) return;
    reply.header("ratelimit-limit", limit.max).header("ratelimit-remaining", limit.remaining);
    reply.header("ratelimit-reset", limit.ttlInSeconds);
    if (!limit.isExceeded) return;
    reply.header("retry-after", limit.ttlInSeconds);
    throw new Rejection(
      "rate_limited",
      `More than ${limit.max} requests a minute; wait ${limit.ttlInSeconds} s.`,
    );
  };
}
