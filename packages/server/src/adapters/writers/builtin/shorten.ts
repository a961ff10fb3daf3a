const withoutAsides = (sentence: string): string =>
  sentence
    .replace(/\s*[([（][^()[\]（）]*[)\]）]/gu, "")
    .replace(
      /\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic}|[\ufe0f\u{1f3fb}-\u{1f3ff}])*/gu,
      "",
    )
    .replace(/[\u{1f1e6}-\u{1f1ff}]{2}/gu, "")
    .replace(/\s+([,.;:!?…])/gu, "$1")
    .replace(/\s{2,}/gu, " ")
    .trim();

/** A relative clause after a comma adds to a sentence and may go; a bare ending clause may not. */
const ADDED = /,\s(?:which|where|whose)\s[^,;:]+(?=[.!?]$)/u;

/**
 * What of a sentence is said aloud: remarks in brackets and pictograms go; an added relative clause at the end goes
 * too where the sentence has more than `above` words by `count`. Never adds or reorders a word.
 */
export function shorten(sentence: string, above: number, count: (text: string) => number): string {
  const plain = withoutAsides(sentence);
  if (count(plain) <= above) return plain;
  const cut = plain.replace(ADDED, "");
  return count(cut) < count(plain) ? cut : plain;
}
