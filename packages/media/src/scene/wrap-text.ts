/** Scripts written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** May not begin a line (Japanese kinsoku and the like). */
const CLOSING = /^[\p{Pe}\p{Pf}、。，．・：；？！ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…％!?,.:;%]/u;
const OPENING = /[\p{Ps}\p{Pi}]$/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
export const splitGraphemes = (text: string): string[] => [...graphemes.segment(text)].map((s) => s.segment);

function splitUnspaced(word: string, language: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(word)) {
    const last = pieces.length - 1;
    const before = pieces[last];
    if (before !== undefined && (CLOSING.test(segment) || OPENING.test(before) || /^\s+$/.test(segment)))
      pieces[last] = before + segment;
    else pieces.push(segment);
  }
  return pieces;
}

/** Things set side by side with a middle dot: a line is broken only between them. */
const SIDE_BY_SIDE = /(?<= ·) /u;

/** The pieces a line may be broken between; each keeps the white space that follows it. */
export function splitPieces(text: string, language: string): string[] {
  const items = text.trim().replace(/\s+/gu, " ").split(SIDE_BY_SIDE);
  if (items.length > 1 && !UNSPACED.test(text))
    return items.map((item, i) => (i < items.length - 1 ? `${item} ` : item));
  const words = text.trim().replace(/\s+/gu, " ").match(/\S+ ?/gu) ?? [];
  return words.flatMap((word) => {
    if (UNSPACED.test(word)) return splitUnspaced(word, language);
    return word.length > 12 ? word.split(/(?<=[\p{L}\d][-–—/])(?=[\p{L}\d])/u) : [word];
  });
}

/** Fills lines up to `limit`; a piece wider than that stands alone. Widths count the white space, the limit does not. */
export function fillLines(
  pieces: readonly string[],
  width: (text: string) => number,
  limit: number,
): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const piece of pieces) {
    if (line !== "" && used + width(piece.trimEnd()) > limit) {
      lines.push(line.trimEnd());
      line = "";
      used = 0;
    }
    line += piece;
    used += width(piece);
  }
  if (line !== "") lines.push(line.trimEnd());
  return lines;
}

/** The same number of lines as `limit` needs, as even as they get. */
export function balanceLines(
  pieces: readonly string[],
  width: (text: string) => number,
  limit: number,
): string[] {
  const wanted = fillLines(pieces, width, limit);
  if (wanted.length < 2) return wanted;
  let low = limit / 2;
  let high = limit;
  for (let i = 0; i < 10; i++) {
    const middle = (low + high) / 2;
    const lines = fillLines(pieces, width, middle);
    if (lines.length <= wanted.length && lines.every((line) => width(line) <= middle)) high = middle;
    else low = middle;
  }
  return fillLines(pieces, width, high);
}

/** Breaks words that are wider than `limit` between letters. */
export function splitWide(
  pieces: readonly string[],
  width: (text: string) => number,
  limit: number,
): string[] {
  return pieces.flatMap((piece) => {
    if (width(piece.trimEnd()) <= limit) return [piece];
    const parts: string[] = [];
    for (const letter of splitGraphemes(piece)) {
      const last = parts.length - 1;
      const part = parts[last];
      if (part !== undefined && width((part + letter).trimEnd()) <= limit) parts[last] = part + letter;
      else parts.push(letter);
    }
    return parts;
  });
}
