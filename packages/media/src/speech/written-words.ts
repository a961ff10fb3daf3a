const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\u30fc\uff00-\uffef]/u;
const HAS_SOUND = /[\p{L}\p{N}%&@$€£¥]/u;
const OPENING = /^[\p{Ps}\p{Pi}"'¿¡]+$/u;

/** Whether a script that writes no spaces between words stands in the text. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/**
 * The text as a reader sees it: without citation marks (`[S1]`), Markdown, control characters and lone surrogates.
 */
export function plainText(text: string): string {
  return (
    text
      .toWellFormed()
      .normalize("NFC")
      .replace(/\r\n?/g, "\n")
      // U+200C…D join letters in Persian and Hindi and the parts of emoji; every other invisible sign goes.
      .replace(/[[\p{Cc}\p{Cf}\p{Co}\p{Cn}\ufffd]--[\n\t\u200c\u200d]]/gv, " ")
      .replace(/\s*\[S\d+(?:\s*[,;]\s*S?\d+)*\]/g, "")
      .replace(/!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*\)/g, "$1")
      .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d{1,3}[.)])[ \t]+/gm, "")
      .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/gs, "$2")
      .replace(/(?<![\p{L}\p{N}*_])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\p{L}\p{N}*_])/gu, "$2")
      .replace(/`+([^`\n]*)`+/g, "$1")
      .replace(/\s+/g, " ")
      .trim()
  );
}

/**
 * Splits text into words as a caption shows them: with their punctuation, in order, nothing lost but white space.
 * Signs without a sound (a dash, an emoji) stay with the word before them (or, opening, with the one after).
 * Japanese, Chinese, Thai and the like are split by dictionary (`Intl.Segmenter`). No letter or digit: no words.
 */
export function writtenWords(text: string, language: string): string[] {
  const words: string[] = [];
  let opening = "";
  for (const token of plainText(text).split(" ").filter(Boolean)) {
    for (const [index, piece] of pieces(token, language).entries()) {
      const join = index === 0 ? " " : "";
      if (HAS_SOUND.test(piece)) {
        words.push(opening + piece);
        opening = "";
      } else if (words.length === 0 || OPENING.test(piece)) opening += piece;
      else words.push(`${words.pop() ?? ""}${join}${piece}`);
    }
  }
  const last = words.pop();
  return last === undefined ? [] : [...words, last + opening];
}

/** Words in a row as they are written: with spaces, but none next to a script that has none. */
export function joinWords(words: readonly string[]): string {
  let text = "";
  for (const word of words) text += needsSpace(text, word) ? ` ${word}` : word;
  return text;
}

function needsSpace(before: string, after: string): boolean {
  return before !== "" && !(UNSPACED.test(before.slice(-1)) || UNSPACED.test(after.slice(0, 1)));
}

function pieces(token: string, language: string): string[] {
  if (!UNSPACED.test(token)) return [token];
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  return Array.from(segmenter.segment(token), (part) => part.segment);
}
