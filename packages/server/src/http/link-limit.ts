/**
 * Keeps strangers from searching for decision links, and the search from costing anything. Every request counts
 * against its address. One for a link that does not exist counts once more, against its address and against all
 * addresses together. An address that has used up its misses is refused before anything is looked up, so that a hit
 * looks like a miss; once all together have, so is every address that had one miss. Whoever only opens links that
 * exist is never held up by others.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Rejection } from "../domain/commands.ts";
import type { Context } from "./context.ts";
import { counter, rateLimited } from "./rate-limit.ts";

const LOOK = { increment: false };
const MISSES = "requests for decision links that do not exist";

export function linkLimiter(app: FastifyInstance, { options, log }: Context) {
  const { rate_limit_per_minute, link_misses_per_minute } = options;
  const requests = counter(app, rate_limit_per_minute);
  const ownMisses = counter(app, link_misses_per_minute.address);
  const allMisses = counter(app, link_misses_per_minute.all, () => "all");

  return {
    /** Before a link is looked up. @throws Rejection rate_limited */
    async before(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const spent = await requests(request);
      if (spent?.isExceeded) throw rateLimited(reply, spent);
      const own = await ownMisses(request, LOOK);
      if (own === null || own.remaining === own.max) return;
      const all = await allMisses(request, LOOK);
      for (const misses of [own, all]) if (misses?.remaining === 0) throw rateLimited(reply, misses, MISSES);
    },

    /** What to answer instead of `error`: a miss beyond the limits is told as that. */
    async after(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      if (!(error instanceof Rejection) || error.code !== "link_not_found") return error;
      const [own, all] = [await ownMisses(request), await allMisses(request)];
      if (all !== null && all.remaining === 0 && !all.isExceeded)
        log.warn("api", `many ${MISSES}`, { a_minute: all.max });
      for (const misses of [own, all]) if (misses?.isExceeded) return rateLimited(reply, misses, MISSES);
      return error;
    },
  };
}
