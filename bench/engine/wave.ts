/** How much work every side does: `jobs` jobs of `stages` empty stages, at most `in_flight` of them under way. */
export type Wave = { readonly jobs: number; readonly stages: number; readonly in_flight: number };

/** One side of the comparison: runs the whole wave once. @returns seconds from the first start to the last end */
export type Side = { readonly name: string; run(wave: Wave): Promise<number>; close(): Promise<void> };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** `fraction` 0…1; the smallest value that at least this share of the values does not exceed. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] ?? 0;
}
