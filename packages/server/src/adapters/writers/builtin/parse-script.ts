import { splitSentences, spokenWords } from "@greenlight/media/text/sentences";

export type ScriptSentence = {
  readonly text: string;
  readonly citations: readonly string[];
  readonly section: string;
  /** 0 for the first sentence of its section. */
  readonly place: number;
};
export type ParsedScript = { readonly title: string | null; readonly sentences: readonly ScriptSentence[] };

const plain = (text: string): string =>
  text
    .replace(/!\[[^\]]*\]\([^)]*\)/gu, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/gu, "$1")
    .replace(/(\*\*|__|~~|`)(.+?)\1/gu, "$2")
    .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, "$2")
    .replace(/\s+/gu, " ")
    .trim();

/** Sentences of one paragraph; a citation mark belongs to the sentence it follows or stands in. */
function cited(paragraph: string, language: string): { text: string; citations: string[] }[] {
  const sentences: { text: string; citations: string[] }[] = [];
  const moved = paragraph.replace(
    /\s*((?:\[S\d+(?:\s*,\s*S\d+)*\]\s*)+)([.!?…。！？؟।]+["”’)]*)/gu,
    (_, marks: string, end: string) => `${end} ${marks.trim()} `,
  );
  for (const part of moved.matchAll(
    /(?<marks>(?:\[S\d+(?:\s*,\s*S\d+)*\]\s*)+)|(?<words>(?:(?!\[S\d)[\s\S])+)/gu,
  )) {
    const { marks, words } = part.groups ?? {};
    if (marks !== undefined) sentences.at(-1)?.citations.push(...(marks.match(/S\d+/gu) ?? []));
    else
      for (const { text } of splitSentences(plain(words ?? ""), language))
        sentences.push({ text, citations: [] });
  }
  return sentences;
}

/**
 * Reads a script as the writer or an operator left it: `#` title, `##` (or deeper) sections, paragraphs with citation
 * marks such as `[S1]`. Lists are read as paragraphs, an entry each; tables, rules, code fences and comments are not
 * narration. What has no word in it is left out.
 */
export function parseScript(markdown: string, language: string): ParsedScript {
  const sentences: ScriptSentence[] = [];
  let title: string | null = null;
  let section = "";
  let place = 0;
  let paragraph: string[] = [];
  const flush = () => {
    for (const { text, citations } of cited(paragraph.join(" "), language)) {
      if (spokenWords(text, language) > 0) sentences.push({ text, citations, section, place: place++ });
    }
    paragraph = [];
  };
  let fenced = false;
  for (const line of markdown.replace(/<!--[\s\S]*?-->/gu, "").split(/\r?\n/u)) {
    if (/^\s*(?:```|~~~)/u.test(line)) {
      flush();
      fenced = !fenced;
      continue;
    }
    if (fenced) continue;
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/u.exec(line);
    if (heading !== null) {
      flush();
      const text = plain(heading[2] ?? "");
      if (heading[1] === "#" && title === null && sentences.length === 0) title = text;
      else {
        section = text;
        place = 0;
      }
    } else if (/^\s*$|^\s*\||^\s{0,3}(?:[-*_]\s*){3,}$/u.test(line)) flush();
    else if (/^\s*(?:[-*+]|\d{1,3}[.)])\s+\S/u.test(line)) {
      flush();
      paragraph.push(line.replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s+/u, ""));
    } else paragraph.push(line.replace(/^\s{0,3}>\s?/u, "").trim());
  }
  flush();
  return { title, sentences };
}
