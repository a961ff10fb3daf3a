import { uuid7 } from "@greenlight/contract/ids";
import { expect, it } from "vitest";
import { createUuid7Ids } from "./uuid7.ts";

it("makes UUIDv7s that carry the time", () => {
  const id = createUuid7Ids(() => 0x0190_1234_5678).next();
  expect(uuid7.parse(id)).toBe(id);
  expect(id.startsWith("01901234-5678-7")).toBe(true);
});

it("only grows: within a millisecond, past the counter's end, and when the clock goes back", () => {
  const times = [5, 5, 5, 4, 3, 9, 9];
  let calls = 0;
  const ids = createUuid7Ids(() => times[Math.floor(calls++ / 10_000)] ?? 9);
  const made = Array.from({ length: 70_000 }, () => ids.next());
  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(made.length);
});
