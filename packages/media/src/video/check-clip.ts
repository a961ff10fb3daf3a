import { openClip } from "./clip-reader.ts";
import { type PacketFacts, readPackets } from "./read-packets.ts";

/** A video that can be read and still cannot be a beat's picture. The message says what is wrong with it. */
export class UnusableClip extends Error {
  override name = "UnusableClip";
}

export type ClipLimits = {
  /** Longest side, pixels. */
  readonly side_px: number;
  readonly length_s: number;
};

/** Each side has at least so many pixels. */
const LEAST_SIDE = 16;
/** So much of the start is decoded, and the end; a fault further in fails the render, with the same code. */
const DECODED_S = 10;
const STEP_S = 0.25;

/**
 * Whether a video can be a beat's picture: it has pictures of a size and for a time, within the limits, and its start and
 * end decode. @throws UnusableClip; UnreadableFilm for a torn file; the signal's reason.
 */
export async function checkClip(
  file: string,
  limits: ClipLimits,
  signal?: AbortSignal,
): Promise<NonNullable<PacketFacts["picture"]>> {
  const { picture } = await readPackets(file, signal);
  if (picture === null) throw new UnusableClip("it has sound and no picture");
  const { width, height, duration_s, pictures } = picture;
  if (Math.min(width, height) < LEAST_SIDE)
    throw new UnusableClip(`its picture is ${width}×${height}; give at least ${LEAST_SIDE} pixels a side`);
  if (Math.max(width, height) > limits.side_px)
    throw new UnusableClip(`its picture is ${width}×${height}; give at most ${limits.side_px} pixels a side`);
  if (pictures === 0 || duration_s <= 0) throw new UnusableClip("it has no length");
  if (duration_s > limits.length_s)
    throw new UnusableClip(`it is ${duration_s.toFixed(0)} s long; cut it to ${limits.length_s} s or less`);
  await decodeEnds(file, duration_s, signal);
  return picture;
}

async function decodeEnds(file: string, duration_s: number, signal?: AbortSignal): Promise<void> {
  const small = { width: 32, height: 32, filters: ["scale=32:32:flags=fast_bilinear"] };
  const clip = await openClip(file, () => small, signal);
  try {
    for (let t = 0; t < Math.min(DECODED_S, duration_s); t += STEP_S) await clip.pictureAt(t);
    await clip.pictureAt(duration_s);
  } finally {
    await clip.close();
  }
}
