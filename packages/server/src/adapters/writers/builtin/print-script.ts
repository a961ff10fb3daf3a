import { joinSentences } from "@greenlight/media/text/sentences";
import type { Candidate } from "./candidates.ts";
import { ctaOf, type Draft, type Writing } from "./draft-sections.ts";

type OutlineSection = Draft["section"];

/** A section as Markdown: sentences of one passage make a paragraph, each followed by its citation. */
function printed(
  section: OutlineSection,
  say: string | null,
  picked: readonly Candidate[],
  cta: string | undefined,
): string {
  const paragraphs: string[][] = [];
  let passage: string | null = null;
  for (const candidate of picked) {
    if (candidate.passage_id !== passage) paragraphs.push([]);
    passage = candidate.passage_id;
    paragraphs.at(-1)?.push(`${candidate.text} [${candidate.citation}]`);
  }
  if (say !== null) (paragraphs[0] ?? paragraphs[paragraphs.push([]) - 1])?.unshift(say);
  if (cta !== undefined) paragraphs.push([cta]);
  return [`## ${section.heading}`, ...paragraphs.map((sentences) => sentences.join(" "))].join("\n\n");
}

/** The script as Markdown: the chosen sentences of each section in the sources' order, then the call to action. */
export function printScript(
  writing: Writing,
  drafts: readonly Draft[],
  chosen: ReadonlySet<Candidate>,
): string {
  const { outline } = writing;
  const cta = ctaOf(writing);
  const sections = drafts
    .map(({ section, pool, say }) => {
      const picked = [...new Set(pool)].filter((c) => chosen.has(c)).sort((a, b) => a.order - b.order);
      return {
        section,
        picked,
        say: picked[0]?.leads_group === true ? say : null,
        cta: section.id === "close" ? cta : undefined,
      };
    })
    .filter(({ picked, cta: call }) => picked.length > 0 || call !== undefined)
    .map(({ section, say, picked, cta: call }) => printed(section, say, picked, call));
  const closes = outline.sections.some(({ id }) => id === "close");
  const unclosed = cta !== undefined && !closes ? `\n\n${joinSentences([cta])}` : "";
  return `# ${outline.title}\n\n${sections.join("\n\n")}${unclosed}\n`;
}
