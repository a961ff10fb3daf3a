import type { SKRSContext2D } from "@napi-rs/canvas";

/** Something that can draw each of its frames alone, in any order. Pictures are opaque. */
export interface FrameSource {
  /** Pixels; even, as 4:2:0 has one colour sample for two pixels. */
  readonly width: number;
  readonly height: number;
  readonly frame_count: number;
  /** Draws frame `frame_index` (0 …) over whatever the canvas holds. */
  draw(ctx: SKRSContext2D, frame_index: number): void;
}
