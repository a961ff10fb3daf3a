import type { LumaFrame, PictureObserver } from "./decode-picture.ts";

/** Share of pixels whose luma lies outside of the allowed range, frame by frame (EBU R103). */
export class LevelMeter implements PictureObserver {
  /** 1 for each code value that lies outside of the range. */
  readonly #isOutside: Uint8Array;
  readonly #limit: number;
  readonly #over: number[] = [];
  #worst = 0;

  /** `min` and `max` in 8-bit code values; `limit` is the share (0…1) of a frame that may lie outside. */
  constructor(min: number, max: number, limit: number) {
    this.#isOutside = Uint8Array.from({ length: 256 }, (_, value) => (value < min || value > max ? 1 : 0));
    this.#limit = limit;
  }

  frame(frame: LumaFrame): void {
    const { width, height, stride, luma } = frame;
    const isOutside = this.#isOutside;
    let outside = 0;
    for (let start = 0; start < height * stride; start += stride)
      for (let at = start; at < start + width; at++) outside += isOutside[luma[at] ?? 0] ?? 0;
    const share = outside / (width * height);
    this.#worst = Math.max(this.#worst, share);
    if (share > this.#limit) this.#over.push(frame.time_s);
  }

  /** The worst frame's share and the times of the frames over the limit. */
  finish(): { worst: number; over: readonly number[] } {
    return { worst: this.#worst, over: this.#over };
  }
}
