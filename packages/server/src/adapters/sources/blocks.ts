import type { SourceText } from "../../app/ports/source-reader.ts";

export type BlockKind = SourceText["blocks"][number]["kind"];
export type Block = { readonly kind: BlockKind; readonly text: string };

const tidy = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/[\u00ad\u200b\ufeff]/gu, "")
    .replace(/[\p{Cc}\p{Zs}]+/gu, " ")
    .trim();

/** Lays blocks out as one text, a blank line between them, and says where each stands. Empty blocks are left out. */
export function layOut(blocks: readonly Block[]): Pick<SourceText, "text" | "blocks"> {
  let text = "";
  const placed: { kind: BlockKind; start: number; end: number }[] = [];
  for (const block of blocks) {
    const content = tidy(block.text);
    if (content === "") continue;
    if (text !== "") text += "\n\n";
    placed.push({ kind: block.kind, start: text.length, end: text.length + content.length });
    text += content;
  }
  return { text, blocks: placed };
}

/** The first heading, if there is one. */
export const firstHeading = (blocks: readonly Block[]): string | undefined =>
  blocks.find((block) => block.kind === "heading")?.text;
