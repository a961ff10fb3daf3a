import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import type { ContrastMeter } from "./contrast-meter.ts";
import type { DrawnText } from "./drawn-text.ts";

/** WCAG calls text large from 24 px (18 pt), or 18.67 px bold, at the size it is seen; a film is seen at 1080 lines. */
const LARGE_PX = 24;
const LARGE_BOLD_PX = 18.67;
/** CSS pixels the short side of a film stands for: a 1080p film watched in a window 720 pixels high. */
const SEEN_SHORT_SIDE = 720;

/** Contrast of every drawn text on the decoded pixels behind it. */
export function checkContrast(
  meter: ContrastMeter,
  texts: readonly DrawnText[] | undefined,
  shortSidePx: number,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "contrast",
    group: "picture",
    threshold: `≥ ${profile.contrast}, large text ≥ ${profile.contrast_large}`,
    unit: ":1",
    source: "WCAG 1.4.3",
  };
  if (texts === undefined) return skipped(row, "no list of drawn texts was given");
  if (meter.readings.length === 0) return skipped(row, "none of the drawn texts was seen in the picture");
  const weak = meter.readings.filter(({ text, ratio }) => ratio < limitOf(text, shortSidePx, profile));
  const worst = meter.readings.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  const notes = [
    `${meter.readings.length} texts measured`,
    ...(meter.unseen.length > 0 ? [`${meter.unseen.length} not seen in their own colour`] : []),
    `least: “${worst.text.text.slice(0, 60)}”`,
  ];
  return measured(row, passIf(weak.length === 0), worst.ratio, {
    at: weak.map((reading) => reading.time_s).sort((a, b) => a - b),
    note: notes.join("; "),
  });
}

function limitOf(text: DrawnText, shortSidePx: number, profile: QualityProfile): number {
  const seen = (text.size_px * SEEN_SHORT_SIDE) / shortSidePx;
  return seen >= (text.is_bold ? LARGE_BOLD_PX : LARGE_PX) ? profile.contrast_large : profile.contrast;
}

/** Whether every drawn text lies inside the part of the frame that players and platforms leave clear. */
export function checkSafeArea(
  texts: readonly DrawnText[] | undefined,
  size: { readonly width: number; readonly height: number } | null,
  profile: QualityProfile,
): AcceptanceCheck {
  const isTall = size !== null && size.height > size.width;
  const [top, right, bottom, left] = isTall ? profile.safe_area_tall : profile.safe_area;
  const percent = [top, right, bottom, left].map((share) => Math.round(share * 100)).join(" ");
  const row = {
    id: "safe_area",
    group: "picture",
    threshold: `no text in the outer ${percent} % (top right bottom left)`,
    unit: "texts",
    source: isTall ? "platform guides" : "EBU R95",
  };
  if (texts === undefined) return skipped(row, "no list of drawn texts was given");
  if (size === null) return skipped(row, "the film has no picture");
  // Half a pixel: boxes are fractions of pixels, the limits are not.
  const slack = 0.5;
  const outside = texts.filter(
    ({ box }) =>
      box.x < left * size.width - slack ||
      box.y < top * size.height - slack ||
      box.x + box.width > (1 - right) * size.width + slack ||
      box.y + box.height > (1 - bottom) * size.height + slack,
  );
  const first = outside[0];
  return measured(row, passIf(outside.length === 0), outside.length, {
    at: outside.map((text) => text.visible.start_s),
    note: first === undefined ? undefined : `“${first.text.slice(0, 60)}”`,
  });
}
