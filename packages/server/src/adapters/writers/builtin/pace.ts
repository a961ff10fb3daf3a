export type PacedBeat = { readonly least_s: number; readonly aim_s: number; readonly most_s: number };

/**
 * Lengths in whole frames (seconds) whose sum comes as near to `target_s` as the limits let it: every beat is moved
 * from its aim by the same amount, clamped to its own limits.
 */
export function pace(beats: readonly PacedBeat[], target_s: number, fps: number): number[] {
  const at = (shift: number) =>
    beats.map(({ least_s, aim_s, most_s }) => Math.min(most_s, Math.max(least_s, aim_s + shift)));
  const sum = (lengths: readonly number[]) => lengths.reduce((total, n) => total + n, 0);
  let low = -600;
  let high = 600;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) < target_s) low = middle;
    else high = middle;
  }
  let exact = 0;
  let frames = 0;
  return at((low + high) / 2).map((length, i) => {
    exact += length;
    const least = Math.ceil((beats[i]?.least_s ?? 0) * fps - 1e-6);
    const whole = Math.max(least, Math.round(exact * fps) - frames);
    frames += whole;
    return Math.round((whole / fps) * 1e6) / 1e6;
  });
}
