import type { Block } from "./blocks.ts";

/** Takes the markup of a line away and leaves its words; images and footnote marks go altogether. */
export function stripInline(text: string): string {
  return text
    .replace(/<!--.*?-->/gsu, "")
    .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/gu, "")
    .replace(/\[\^[^\]]+\]/gu, "")
    .replace(/\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])/gu, "$1")
    .replace(/<(?:https?|mailto):[^>]*>/gu, "")
    .replace(/<\/?[a-z][^>]*>/giu, "")
    .replace(/`+([^`]*)`+/gu, "$1")
    .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/gu, "$2")
    .replace(/(?<![\p{L}\p{N}\\])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, "$2")
    .replace(/\\([\\`*_{}[\]()#+.!|>~-])/gu, "$1")
    .replace(/&nbsp;/gu, " ")
    .replace(/&amp;/gu, "&")
    .replace(/&lt;/gu, "<")
    .replace(/&gt;/gu, ">");
}

/**
 * Markdown to prose: headings, paragraphs (block quotations among them) and list items. Front matter, code, tables,
 * link definitions, rules and raw HTML blocks say nothing that could be read aloud and are left out.
 */
export function markdownBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let prose: string[] = [];
  let kind: "paragraph" | "item" = "paragraph";
  const flush = () => {
    if (prose.length > 0) blocks.push({ kind, text: stripInline(prose.join(" ")) });
    prose = [];
    kind = "paragraph";
  };
  let fence: string | null = null;
  const body = markdown.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/u, "").replace(/<!--[\s\S]*?-->/gu, "");
  for (const raw of body.split(/\r?\n/u)) {
    const line = raw.replace(/^(?:\s{0,3}>\s?)+/u, "");
    const mark = /^\s{0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null;
      continue;
    }
    if (mark !== undefined) {
      flush();
      fence = mark;
      continue;
    }
    const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/u.exec(line)?.[1];
    const item = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/u.exec(line)?.[1];
    if (heading !== undefined) {
      flush();
      blocks.push({ kind: "heading", text: stripInline(heading) });
    } else if (/^\s{0,3}(?:=+|-{2,})\s*$/u.test(line) && prose.length === 1 && kind === "paragraph") {
      blocks.push({ kind: "heading", text: stripInline(prose[0] ?? "") });
      prose = [];
    } else if (/^\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/u.test(line)) flush();
    else if (/^\s*$/u.test(line)) flush();
    else if (/^\s*\|.*\|\s*$|^\s*[:|-][-:| ]+\|[-:| ]*$/u.test(line)) flush();
    else if (/^\s{0,3}\[[^\]]+\]:\s/u.test(line)) flush();
    else if (/^(?: {4}|\t)/u.test(line) && prose.length === 0) flush();
    else if (item !== undefined) {
      flush();
      kind = "item";
      prose.push(item);
    } else prose.push(line.trim());
  }
  flush();
  return blocks;
}
