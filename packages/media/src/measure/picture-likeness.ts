import { AV_LOG_ERROR, AV_PIX_FMT_RGBA, Frame, Log, Rational } from "node-av";
import { FilterComplexAPI } from "node-av/api";

// The measure tells its result on the log as well.
Log.setLevel(AV_LOG_ERROR);

/** RGBA, tightly packed. */
export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

export type Likeness = {
  /** Structural similarity, 1 = the same (Wang, Bovik, Sheikh, Simoncelli 2004; FFmpeg's ssim over Y, U and V). */
  readonly ssim: number;
  /** Mean distance of red, green and blue, in levels of 0…255. */
  readonly colour_difference: number;
};

/** Least side at which structure can be told: the window of the measure is 8 pixels and moves by 4. */
export const LEAST_SIDE = 16;

/** How alike two pictures of one size are. @throws Error when their sizes differ. */
export async function pictureLikeness(a: Picture, b: Picture): Promise<Likeness> {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`pictures of ${a.width}×${a.height} and ${b.width}×${b.height} cannot be compared`);
  return { ssim: await ssimOf(a, b), colour_difference: colourDifference(a.pixels, b.pixels) };
}

function colourDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 4)
    for (let c = i; c < i + 3; c++) sum += Math.abs((a[c] ?? 0) - (b[c] ?? 0));
  return sum / ((a.length / 4) * 3);
}

async function ssimOf(a: Picture, b: Picture): Promise<number> {
  using filter = FilterComplexAPI.create("[a]format=yuv420p[x];[b]format=yuv420p[y];[x][y]ssim[out]", {
    inputs: [{ label: "a" }, { label: "b" }],
    outputs: [{ label: "out" }],
  });
  for (const [label, { width, height, pixels }] of [["a", a] as const, ["b", b] as const]) {
    using frame = Frame.fromVideoBuffer(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length), {
      width,
      height,
      format: AV_PIX_FMT_RGBA,
      timeBase: new Rational(1, 1),
      pts: 0n,
    });
    await filter.process(label, frame);
  }
  await filter.flush();
  const out = await filter.receive("out");
  if (!out) throw new Error("no similarity was measured");
  const value = Number(out.getMetadata().getAll()["lavfi.ssim.All"]);
  out.free();
  return value;
}
