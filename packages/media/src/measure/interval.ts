/** A stretch of the film in seconds; `end_s` is where it stops. */
export type Interval = { readonly start_s: number; readonly end_s: number };

/** Joins moments that are at most `gap_s` apart into stretches. `times` ascend. */
export function stretches(times: Iterable<number>, gapS: number): Interval[] {
  const joined: { start_s: number; end_s: number }[] = [];
  for (const time of times) {
    const last = joined.at(-1);
    if (last !== undefined && time - last.end_s <= gapS) last.end_s = time;
    else joined.push({ start_s: time, end_s: time });
  }
  return joined;
}

/** The part of an interval inside another; null when they do not meet. */
export function overlap(a: Interval, b: Interval): Interval | null {
  const start = Math.max(a.start_s, b.start_s);
  const end = Math.min(a.end_s, b.end_s);
  return end > start ? { start_s: start, end_s: end } : null;
}

export function lengthOf(interval: Interval): number {
  return interval.end_s - interval.start_s;
}
