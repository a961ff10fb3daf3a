import type { AcceptanceCheck } from "@greenlight/contract/documents";

/** What a check is before anything was measured: its name, its limit in words, and who set that limit. */
export type CheckRow = Pick<AcceptanceCheck, "id" | "group" | "threshold" | "unit" | "source">;

/** Timecodes of one check beyond this many say nothing more to a reader. */
const MOST_TIMECODES = 100;

/** A check with its result; `at` in seconds, rounded to milliseconds. */
export function measured(
  row: CheckRow,
  status: "PASS" | "WARN" | "FAIL",
  value: AcceptanceCheck["value"],
  extra: { at?: readonly number[]; note?: string | undefined } = {},
): AcceptanceCheck {
  const at = (extra.at ?? []).slice(0, MOST_TIMECODES).map((t) => Math.max(0, round(t, 3)));
  const rounded = typeof value === "number" ? round(value, 3) : value;
  return { ...row, value: rounded, status, at, ...(extra.note === undefined ? {} : { note: extra.note }) };
}

/** A check that could not be made, and why. */
export function skipped(row: CheckRow, note: string): AcceptanceCheck {
  return { ...row, value: null, status: "SKIP", at: [], note };
}

export function passIf(ok: boolean): "PASS" | "FAIL" {
  return ok ? "PASS" : "FAIL";
}

export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
