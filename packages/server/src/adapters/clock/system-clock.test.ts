import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createSystemClock } from "./system-clock.ts";

it.each([process.platform, "darwin", "win32"] as const)(
  "counts time that passed, as on %s",
  async (platform) => {
    const clock = createSystemClock(platform);
    const [before, began] = [clock.steady(), performance.now()];
    await sleep(300);
    const [after, took] = [clock.steady(), performance.now() - began];
    const passed = (after?.elapsed_ms ?? 0) - (before?.elapsed_ms ?? 0);
    expect(Math.abs(passed - took)).toBeLessThanOrEqual(150);
    expect(after?.boot).toBe(before?.boot);
    expect(after?.boot).toMatch(/^[0-9a-f]{16}$/);
  },
);

it.runIf(process.platform === "linux")(
  "names the boot for all processes of it on Linux, and nowhere else",
  () => {
    const boots = (platform: NodeJS.Platform) =>
      [createSystemClock(platform), createSystemClock(platform)].map((clock) => clock.steady()?.boot);
    const [first, second] = boots("linux");
    expect(first).toBe(second);
    const [mine, other] = boots("darwin");
    expect(mine).not.toBe(other);
  },
);
