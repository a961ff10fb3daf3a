/** Words that belong to the word after them: a line or a caption should not end with one. */
const BINDING = new Set(
  [
    "a an the this that these those my your his her its our their no every each some any",
    "of in on at by to for from with into onto over under about after before between through during without within than as per",
    "and or but nor if because while when where which who whose is are was were be been has have had will would can could may",
    "not very more most only dr. mr. mrs. ms. prof.",
    "der die das den dem des ein eine einen einem einer eines im am zum zur vom von mit für auf aus bei nach und oder",
    "le la les un une des du de au aux et ou en dans sur pour par avec",
    "el los las una unos unas del al y o con para por sin",
    "il lo gli uno nel nella",
  ]
    .join(" ")
    .split(" "),
);
const ARTICLES = new Set(
  "a an the der die das den dem des ein eine einen einem einer le la les un une el los las il lo gli".split(
    " ",
  ),
);

/** How bad it is to end a line after this word: 0 fine, 1 poor, 3 between an article and its noun. */
export function bindingTo(word: string): 0 | 1 | 3 {
  const plain = word.toLowerCase().replace(/^[^\p{L}]+/u, "");
  if (ARTICLES.has(plain)) return 3;
  return BINDING.has(plain) ? 1 : 0;
}
