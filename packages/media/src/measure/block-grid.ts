import type { LumaFrame } from "./decode-picture.ts";

/** Blocks along the short side of the frame. */
const SHORT_SIDE_BLOCKS = 36;

/** Mean luma (0…255) of each block of a frame, row by row. */
export type BlockGrid = { readonly time_s: number; readonly means: Float32Array };

/** Averages a frame over a grid of square blocks, 36 along its short side. */
export function blockGrid(frame: LumaFrame): BlockGrid {
  const size = Math.max(1, Math.floor(Math.min(frame.width, frame.height) / SHORT_SIDE_BLOCKS));
  const columns = Math.floor(frame.width / size);
  const rows = Math.floor(frame.height / size);
  const means = new Float32Array(columns * rows);
  for (let y = 0; y < rows * size; y++) {
    const row = y * frame.stride;
    const base = Math.floor(y / size) * columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      const end = row + (column + 1) * size;
      for (let at = row + column * size; at < end; at++) sum += frame.luma[at] ?? 0;
      means[base + column] = (means[base + column] ?? 0) + sum;
    }
  }
  for (let i = 0; i < means.length; i++) means[i] = (means[i] ?? 0) / (size * size);
  return { time_s: frame.time_s, means };
}
