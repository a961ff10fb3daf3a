import { type Face, measureText } from "./measure-text.ts";
import { balanceLines, fillLines, splitGraphemes, splitPieces, splitWide } from "./wrap-text.ts";

const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** Letters that join, carry marks or fill squares take no extra spacing. */
const UNTRACKED =
  /[\p{Script=Arabic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Devanagari}\p{Script=Thai}]/u;

export const isRtlLanguage = (language: string): boolean => /^(ar|fa|he|ur|ps|yi|sd|ug|dv)\b/i.test(language);

/** Direction of a text: that of its first letter (Unicode bidi rules P2, P3), else of its language. */
export function directionOf(text: string, language: string): "ltr" | "rtl" {
  const letter = text.match(/\p{L}/u)?.[0];
  return (letter === undefined ? isRtlLanguage(language) : RTL_LETTER.test(letter)) ? "rtl" : "ltr";
}

export type FitRequest = {
  readonly text: string;
  readonly language: string;
  readonly family?: "sans" | "mono";
  readonly weight: 400 | 700;
  /** Fraction of the size; ignored for scripts that take none. */
  readonly tracking?: number;
  /** Pixels. */
  readonly max_px: number;
  readonly min_px: number;
  readonly width: number;
  readonly height: number;
  /** Baseline to baseline, as a fraction of the size. */
  readonly leading: number;
  readonly max_lines?: number;
};

export type FittedText = {
  readonly text: string;
  readonly face: Face;
  readonly direction: "ltr" | "rtl";
  readonly size_px: number;
  readonly lines: readonly string[];
  readonly leading: number;
  /** Pixels: widest line; top of the first line's capitals to the last baseline. */
  readonly width: number;
  readonly height: number;
  readonly shortened: boolean;
};

/** Height of capitals of Inter as a fraction of the size (1490/2048 units). */
export const CAP_HEIGHT = 0.727;
/** What descenders need below the last baseline. */
export const DESCENT = 0.25;
const STEP = 0.96;

/**
 * Wraps `text` into width × height at the largest size between `max_px` and `min_px` at which it fits without breaking
 * a word; at the smallest, breaks words, and at last cuts the end off with an ellipsis. Empty text gives no lines.
 */
export function fitText(request: FitRequest): FittedText {
  const { text, language, width, height, leading } = request;
  const tracking = UNTRACKED.test(text) ? 0 : (request.tracking ?? 0);
  const face: Face = { family: request.family ?? "sans", weight: request.weight, tracking };
  const direction = directionOf(text, language);
  const em = (part: string) => measureText(part, face, direction).width;
  const pieces = splitPieces(text, language);
  const room = (size: number) =>
    Math.min(
      request.max_lines ?? Number.POSITIVE_INFINITY,
      Math.floor((height / size - CAP_HEIGHT - DESCENT) / leading + 1),
    );
  const done = (lines: readonly string[], size_px: number, shortened: boolean): FittedText => ({
    text,
    face,
    direction,
    size_px,
    lines,
    leading,
    width: Math.max(0, ...lines.map(em)) * size_px,
    height: lines.length === 0 ? 0 : (CAP_HEIGHT + (lines.length - 1) * leading) * size_px,
    shortened,
  });
  if (pieces.length === 0) return done([], request.max_px, false);

  for (let size = request.max_px; size >= request.min_px; size *= STEP) {
    const limit = width / size;
    const lines = balanceLines(pieces, em, limit).map((line) => line.replace(/ ·$/u, ""));
    if (lines.length <= room(size) && lines.every((line) => em(line) <= limit))
      return done(lines, size, false);
  }
  const size = request.min_px;
  const limit = width / size;
  const lines = fillLines(splitWide(pieces, em, limit), em, limit);
  const most = Math.max(1, room(size));
  if (lines.length <= most) return done(lines, size, false);
  return done([...lines.slice(0, most - 1), ellipsed(lines[most - 1] ?? "", em, limit)], size, true);
}

function ellipsed(line: string, em: (text: string) => number, limit: number): string {
  const letters = splitGraphemes(line);
  while (letters.length > 0 && em(`${letters.join("").trimEnd()}…`) > limit) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
