import { createHash } from "node:crypto";
import type { Passage, Research } from "@greenlight/contract/documents";
import { splitSentences } from "@greenlight/media/text/sentences";
import type { SourceText } from "../../app/ports/source-reader.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const MAX_SENTENCES = 5;

/** Cuts n sentences into runs of at most five, as even as can be, so that no run is a lonely last sentence. */
const runs = (count: number): number[] => {
  const parts = Math.ceil(count / MAX_SENTENCES);
  return Array.from(
    { length: parts },
    (_, i) => Math.floor((count * (i + 1)) / parts) - Math.floor((count * i) / parts),
  );
};

function passagesOf(source: SourceText, id: string, language: string): Passage[] {
  const passages: Passage[] = [];
  let heading: string | null = null;
  for (const block of source.blocks) {
    const text = source.text.slice(block.start, block.end);
    if (block.kind === "heading") {
      heading = text;
      continue;
    }
    const sentences = splitSentences(text, language);
    let next = 0;
    for (const length of runs(sentences.length)) {
      const first = sentences[next];
      const last = sentences[next + length - 1];
      next += length;
      if (first === undefined || last === undefined) continue;
      const start = block.start + first.start;
      const end = block.start + last.end;
      const content = source.text.slice(start, end);
      passages.push({
        id: `${id}.p${passages.length + 1}`,
        text: content,
        heading,
        start,
        end,
        sha256: sha256(content),
      });
    }
  }
  return passages;
}

/**
 * Splits sources into passages of one to five whole sentences within one paragraph or list item, each under its
 * nearest heading. Sources are `S1`, `S2` … in the order given. `language` is a BCP 47 tag.
 */
export function toResearch(sources: readonly SourceText[], language: string): Research {
  return {
    sources: sources.map((source, index) => ({
      id: `S${index + 1}`,
      title: source.title,
      origin: source.origin,
      media_type: source.media_type,
      sha256: sha256(source.text),
      passages: passagesOf(source, `S${index + 1}`, language),
    })),
  };
}
