import type { TextCue } from "./parse-captions.ts";

/** Languages written without spaces between words: each character stands for itself. */
const UNSPACED = new Set(["ja", "zh", "yue", "th", "lo", "km", "my"]);

export function isUnspaced(language: string): boolean {
  return UNSPACED.has(language.toLowerCase().split("-")[0] ?? "");
}

/**
 * The words of a text as they are heard: in order, lower case, without punctuation, composed (NFC). Unspaced
 * languages give one entry per letter, so that a line break cannot hide inside a word.
 */
export function spokenWords(text: string, language: string): string[] {
  const plain = text.normalize("NFC").replace(/[’‘ʼ]/g, "'").toLocaleLowerCase(language);
  if (isUnspaced(language)) return plain.match(/[\p{L}\p{N}]\p{M}*/gu) ?? [];
  return plain
    .split(/[\s\u2014\u2013]+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}%€$£°+]+|[^\p{L}\p{N}\p{M}%€$£°+]+$/gu, ""))
    .filter((word) => word !== "");
}

/** A caption's word and the caption it stands in. */
export type CaptionWord = { readonly word: string; readonly cue: number };

/** The words of all captions in order. */
export function captionWords(cues: readonly TextCue[], language: string): CaptionWord[] {
  return cues.flatMap((cue, index) =>
    spokenWords(cue.lines.join(isUnspaced(language) ? "" : " "), language).map((word) => ({
      word,
      cue: index,
    })),
  );
}
