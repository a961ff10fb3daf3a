import type { SKRSContext2D } from "@napi-rs/canvas";

/** Something that can draw each of its frames alone, in any order, once it is loaded. Pictures are opaque. */
export interface FrameSource {
  /** Pixels; even, as 4:2:0 has one colour sample for two pixels. */
  readonly width: number;
  readonly height: number;
  readonly frame_count: number;
  /** Brings what frame `frame_index` needs; where it exists, to be awaited before that frame is drawn. Cheapest in order. */
  load?(frame_index: number): Promise<void>;
  /** Gives back what `load` holds; a later `load` begins anew. */
  close?(): Promise<void>;
  /** Draws frame `frame_index` (0 …) over whatever the canvas holds. */
  draw(ctx: SKRSContext2D, frame_index: number): void;
}
