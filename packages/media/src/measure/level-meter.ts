import type { LumaFrame, PictureObserver } from "./decode-picture.ts";

/** Share of pixels whose luma lies outside of the allowed range, frame by frame (EBU R103). */
export class LevelMeter implements PictureObserver {
  readonly #min: number;
  readonly #max: number;
  readonly #limit: number;
  readonly #over: number[] = [];
  #worst = 0;

  /** `min` and `max` in 8-bit code values; `limit` is the share (0…1) of a frame that may lie outside. */
  constructor(min: number, max: number, limit: number) {
    this.#min = min;
    this.#max = max;
    this.#limit = limit;
  }

  frame(frame: LumaFrame): void {
    let outside = 0;
    for (let y = 0; y < frame.height; y++) {
      const start = y * frame.stride;
      for (let at = start; at < start + frame.width; at++) {
        const value = frame.luma[at] ?? 0;
        if (value < this.#min || value > this.#max) outside++;
      }
    }
    const share = outside / (frame.width * frame.height);
    this.#worst = Math.max(this.#worst, share);
    if (share > this.#limit) this.#over.push(frame.time_s);
  }

  /** The worst frame's share and the times of the frames over the limit. */
  finish(): { worst: number; over: readonly number[] } {
    return { worst: this.#worst, over: this.#over };
  }
}
