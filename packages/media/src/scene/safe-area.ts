import type { Box } from "./scene-spec.ts";

/** Sides as fractions of the frame that no text may enter. */
type Clear = { readonly top: number; readonly bottom: number; readonly sides: number };

/** What the interfaces of portrait platforms cover. */
const PORTRAIT: Clear = { top: 0.14, bottom: 0.35, sides: 0.06 };
/** Burned-in captions stand in this band, as fractions of the height from the top. */
const CAPTIONS = { portrait: [0.57, 0.65], other: [0.78, 0.95] } as const;

export const isPortrait = (width: number, height: number): boolean => height > width * 1.2;

function clearOf(width: number, height: number, margin: number): Clear {
  if (!isPortrait(width, height)) return { top: margin, bottom: margin, sides: margin };
  return {
    top: Math.max(margin, PORTRAIT.top),
    bottom: Math.max(margin, PORTRAIT.bottom),
    sides: Math.max(margin, PORTRAIT.sides),
  };
}

/** Where text may stand, pixels. `margin`: fraction kept clear at each side (0.05, EBU R95); more at 9:16. */
export function safeArea(width: number, height: number, margin: number): Box {
  const clear = clearOf(width, height, margin);
  return {
    x: width * clear.sides,
    y: height * clear.top,
    width: width * (1 - 2 * clear.sides),
    height: height * (1 - clear.top - clear.bottom),
  };
}

/** The band of the safe area kept for captions. */
export function captionArea(width: number, height: number, margin: number): Box {
  const safe = safeArea(width, height, margin);
  const [top, bottom] = isPortrait(width, height) ? CAPTIONS.portrait : CAPTIONS.other;
  const end = Math.min(height * bottom, safe.y + safe.height);
  return { x: safe.x, y: height * top, width: safe.width, height: end - height * top };
}

/** The safe area above the captions: where a beat's own text stands. */
export function contentArea(width: number, height: number, margin: number): Box {
  const safe = safeArea(width, height, margin);
  const captions = captionArea(width, height, margin);
  return { x: safe.x, y: safe.y, width: safe.width, height: captions.y - safe.y };
}

/** `slack`: pixels of tolerance, for rounding. */
export function isInside(inner: Box, outer: Box, slack = 0.5): boolean {
  return (
    inner.x >= outer.x - slack &&
    inner.y >= outer.y - slack &&
    inner.x + inner.width <= outer.x + outer.width + slack &&
    inner.y + inner.height <= outer.y + outer.height + slack
  );
}
