import type { LumaFrame, PictureObserver } from "./decode-picture.ts";

/** WCAG 2.3.1: a change of at least a tenth of the maximum relative luminance … */
const LEAST_CHANGE = 0.1;
/** … where the darker image is below this relative luminance. */
const DARKER_BELOW = 0.8;
/** Blocks that flash within so long of one another flash together. */
const TOGETHER_S = 0.1;

/** A block's last extremes and which way it last changed by a tenth or more. */
type BlockState = { low: number; high: number; rising: boolean | null };

/**
 * Counts general flashes (WCAG 2.3.1): pairs of opposing changes in relative luminance of 10 % or more, the darker
 * below 0.80, over more than a share of the frame at once. Works on block means, so it sees flashes of areas, not
 * of single pixels; saturated red flashes are not told apart.
 */
export class FlashMeter implements PictureObserver {
  readonly #area: number;
  #blocks: BlockState[] = [];
  /** Block transitions lately, per direction: when and how many. */
  readonly #recent: { rising: boolean; time_s: number; count: number }[] = [];
  /** Frame-wide transitions, alternating in direction. */
  readonly #transitions: { rising: boolean; time_s: number }[] = [];

  /** `area`: share of the frame (0…1) above which a change counts. */
  constructor(area: number) {
    this.#area = area;
  }

  frame(frame: LumaFrame): void {
    const { time_s, block_means } = frame;
    const { up, down } = this.#advance(block_means);
    this.#tally(true, up, time_s, block_means.length);
    this.#tally(false, down, time_s, block_means.length);
  }

  #advance(means: Float32Array): { up: number; down: number } {
    let up = 0;
    let down = 0;
    const isFirst = this.#blocks.length === 0;
    for (let i = 0; i < means.length; i++) {
      const luminance = relativeLuminance(means[i] ?? 0);
      if (isFirst) {
        this.#blocks.push({ low: luminance, high: luminance, rising: null });
        continue;
      }
      const block = this.#blocks[i];
      if (block === undefined) continue;
      if (block.rising !== false) block.high = Math.max(block.high, luminance);
      if (block.rising !== true) block.low = Math.min(block.low, luminance);
      if (block.rising !== true && luminance - block.low >= LEAST_CHANGE && block.low < DARKER_BELOW) {
        up++;
        block.rising = true;
        block.high = luminance;
      } else if (
        block.rising !== false &&
        block.high - luminance >= LEAST_CHANGE &&
        luminance < DARKER_BELOW
      ) {
        down++;
        block.rising = false;
        block.low = luminance;
      }
    }
    return { up, down };
  }

  #tally(rising: boolean, count: number, time: number, blocks: number): void {
    if (count > 0) this.#recent.push({ rising, time_s: time, count });
    while ((this.#recent[0]?.time_s ?? Infinity) < time - TOGETHER_S) this.#recent.shift();
    const together = this.#recent.reduce((sum, r) => sum + (r.rising === rising ? r.count : 0), 0);
    if (together / blocks <= this.#area || count === 0) return;
    if (this.#transitions.at(-1)?.rising === rising) return;
    this.#transitions.push({ rising, time_s: time });
  }

  /** Most flashes within any one second, and where seconds with more than `limit` begin. */
  finish(limit: number): { most: number; over: readonly number[] } {
    let most = 0;
    const over: number[] = [];
    for (let first = 0, last = 0; first < this.#transitions.length; first++) {
      const from = this.#transitions[first]?.time_s ?? 0;
      while ((this.#transitions[last]?.time_s ?? Infinity) < from + 1) last++;
      const flashes = Math.floor((last - first) / 2);
      most = Math.max(most, flashes);
      if (flashes > limit) over.push(from);
    }
    return { most, over };
  }
}

/** Relative luminance (0…1) of a grey of this video-range luma: BT.1886 display gamma. */
function relativeLuminance(luma: number): number {
  return Math.min(1, Math.max(0, (luma - 16) / 219)) ** 2.4;
}
