import { v7 } from "uuid";
import type { Ids } from "../../app/ports.ts";

/** UUIDv7 (RFC 9562); `uuid` counts within a millisecond, so ids of one process only grow. */
export const uuid7Ids: Ids = { next: () => v7() };
