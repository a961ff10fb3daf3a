import { randomFillSync } from "node:crypto";
import type { Ids } from "../../app/ports/ids.ts";

/** Random bytes drawn at once; asking the kernel for ten at a time would cost more than the rest of an id. */
const POOL_BYTES = 8192;
const NODE_BYTES = 8;
/** The counter starts in the lower half of its 12 bits, so that a millisecond has room for thousands of ids. */
const COUNTER_START_MASK = 0x7ff;
const COUNTER_MAX = 0xfff;

/**
 * UUIDv7 (RFC 9562, section 6.2, method 1): milliseconds, a 12-bit counter that starts at a random value in each
 * millisecond, and 62 random bits. Ids of one process only grow: when the clock stands still, goes back, or the
 * counter runs over, the time of the last id (or one millisecond more) is used.
 */
export function createUuid7Ids(now: () => number = Date.now): Ids {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;
  let last = 0;
  let counter = 0;

  function take(bytes: number): number {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return used - bytes;
  }

  return {
    next() {
      const at = now();
      if (at > last || counter === COUNTER_MAX) {
        last = Math.max(at, counter === COUNTER_MAX ? last + 1 : at);
        counter = pool.readUInt16BE(take(2)) & COUNTER_START_MASK;
      } else counter += 1;
      const node = take(NODE_BYTES);
      const time = last.toString(16).padStart(12, "0");
      const tail = pool.toString("hex", node, node + NODE_BYTES);
      const variant = ((Number.parseInt(tail.charAt(0), 16) & 0x3) | 0x8).toString(16);
      const count = (0x7000 | counter).toString(16);
      return `${time.slice(0, 8)}-${time.slice(8)}-${count}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
    },
  };
}

/** The ids of this process. */
export const uuid7Ids: Ids = createUuid7Ids();
