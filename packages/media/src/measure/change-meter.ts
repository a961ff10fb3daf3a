import type { LumaFrame, PictureObserver } from "./decode-picture.ts";

/** Two moments so far apart are compared: longer than a transition, shorter than any beat. */
const APART_S = 0.5;
/** A block is new when its mean luma moved by more than this many code values. */
const NEW_BLOCK = 10;

/** How much of the picture is new around each moment: `share[i]` (0…1) of the blocks, at `time_s[i]`. */
export type ChangeCurve = { readonly time_s: readonly number[]; readonly share: readonly number[] };

type Moment = { readonly time_s: number; readonly means: Float32Array };

/** Compares every frame with the one half a second before it, block by block. */
export class ChangeMeter implements PictureObserver {
  readonly #past: Moment[] = [];
  readonly #times: number[] = [];
  readonly #shares: number[] = [];

  frame({ time_s, block_means }: LumaFrame): void {
    const now = { time_s, means: block_means };
    this.#past.push(now);
    while ((this.#past[1]?.time_s ?? Infinity) <= now.time_s - APART_S) this.#past.shift();
    const before = this.#past[0];
    if (before === undefined || before.time_s > now.time_s - APART_S / 2) return;
    let changed = 0;
    for (let i = 0; i < now.means.length; i++) {
      if (Math.abs((now.means[i] ?? 0) - (before.means[i] ?? 0)) > NEW_BLOCK) changed++;
    }
    this.#times.push((now.time_s + before.time_s) / 2);
    this.#shares.push(changed / now.means.length);
  }

  finish(): ChangeCurve {
    return { time_s: this.#times, share: this.#shares };
  }
}

/** The greatest change within `reachS` of a moment; 0 where nothing was measured. */
export function changeNear(curve: ChangeCurve, timeS: number, reachS: number): number {
  let most = 0;
  for (let i = 0; i < curve.time_s.length; i++) {
    if (Math.abs((curve.time_s[i] ?? 0) - timeS) <= reachS) most = Math.max(most, curve.share[i] ?? 0);
  }
  return most;
}

/** The change half of all moments stay below: how much simply moves all the time. */
export function usualChange(curve: ChangeCurve): number {
  const sorted = curve.share.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
