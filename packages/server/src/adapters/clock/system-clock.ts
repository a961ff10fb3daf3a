/**
 * The computer's clocks. The steady one must count the time a laptop sleeps, or a gate would get that on top. On Linux
 * `os.uptime()` is CLOCK_BOOTTIME (through /proc/uptime, in steps of 10 ms) and the kernel names its boot, so that readings
 * of two processes compare. Elsewhere `process.hrtime` counts sleep (mach_continuous_time on macOS, the performance
 * counter on Windows) but no boot has a name that can be read without starting a program, so each process counts as a
 * boot: a clock set while it runs is noticed, one set while nothing runs is not.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { SteadyClock } from "../../app/ports/clock.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

export function createSystemClock(platform: NodeJS.Platform = process.platform): SteadyClock {
  const boot = (platform === "linux" ? bootId() : null) ?? randomBytes(8).toString("hex");
  const elapsed =
    platform === "linux"
      ? () => Math.round(uptime() * 1000)
      : () => Number(process.hrtime.bigint() / 1_000_000n);
  return { now: () => Date.now(), steady: () => ({ boot, elapsed_ms: elapsed() }) };
}

/** A name of this boot that tells nothing else of the computer (it is in the log); null where the kernel shows none. */
function bootId(): string | null {
  try {
    return createHash("sha256")
      .update(`greenlight ${readFileSync(BOOT_ID, "utf8").trim()}`)
      .digest("hex")
      .slice(0, 16);
  } catch {
    return null;
  }
}
