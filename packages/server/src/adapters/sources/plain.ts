import type { Block } from "./blocks.ts";

/** Plain text: paragraphs are parted by blank lines; a line that begins with a bullet or a number is an item. */
export function plainBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  for (const paragraph of text.split(/\r?\n[ \t]*\r?\n|\f/u)) {
    let prose: string[] = [];
    const flush = () => {
      if (prose.length > 0) blocks.push({ kind: "paragraph", text: prose.join(" ") });
      prose = [];
    };
    for (const line of paragraph.split(/\r?\n/u)) {
      const item = /^\s*(?:[-*•‣▪]|\d{1,3}[.)])\s+(\S.*)$/u.exec(line)?.[1];
      if (item === undefined) prose.push(line);
      else {
        flush();
        blocks.push({ kind: "item", text: item });
      }
    }
    flush();
  }
  return blocks;
}
