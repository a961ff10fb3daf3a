/** Luma of a picture, 0…255 as coded (video range), `stride` bytes a row. */
export type LumaPlane = {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly luma: Uint8Array;
};

/** Blocks along the short side of the frame. */
const SHORT_SIDE_BLOCKS = 36;

/** Mean luma (0…255) of each block of a picture, row by row: square blocks, 36 along its short side. */
export function blockMeans({ width, height, stride, luma }: LumaPlane): Float32Array {
  const size = Math.max(1, Math.floor(Math.min(width, height) / SHORT_SIDE_BLOCKS));
  const columns = Math.floor(width / size);
  const rows = Math.floor(height / size);
  const means = new Float32Array(columns * rows);
  for (let y = 0; y < rows * size; y++) {
    const row = y * stride;
    const base = Math.floor(y / size) * columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      const end = row + (column + 1) * size;
      for (let at = row + column * size; at < end; at++) sum += luma[at] ?? 0;
      means[base + column] = (means[base + column] ?? 0) + sum;
    }
  }
  for (let i = 0; i < means.length; i++) means[i] = (means[i] ?? 0) / (size * size);
  return means;
}
