import { LEAST_SIDE } from "./picture-likeness.ts";

/** Pixels. */
export type Size = { readonly width: number; readonly height: number };

/** Longest side at which pictures are compared: enough to see any change a person sees, and bounded work. */
const LONGEST = 1280;
/** Shapes that differ by more than this share cannot be laid over each other. */
const SHAPE = 0.01;

/**
 * The size at which two pictures are laid over each other: the smaller of both, at most 1280 pixels long; even sides. Null where
 * their shapes differ by more than a hundredth, or there is too little to compare.
 */
export function commonSize(a: Size, b: Size): Size | null {
  const [small, large] = a.width * a.height <= b.width * b.height ? [a, b] : [b, a];
  if (Math.min(small.width, small.height) < LEAST_SIDE) return null;
  if (Math.abs((small.width * large.height) / (small.height * large.width) - 1) > SHAPE) return null;
  const scale = Math.min(1, LONGEST / Math.max(small.width, small.height));
  const even = (pixels: number) => Math.max(LEAST_SIDE, 2 * Math.round((pixels * scale) / 2));
  return { width: even(small.width), height: even(small.height) };
}
