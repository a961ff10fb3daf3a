import { extractText, getDocumentProxy } from "unpdf";
import { Rejection } from "../../domain/commands.ts";
import type { Block } from "./blocks.ts";

/** Short lines without an end mark, before prose, are headings; page numbers are not text. */
function pageBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let prose = "";
  const flush = () => {
    if (prose !== "") blocks.push({ kind: "paragraph", text: prose });
    prose = "";
  };
  for (const raw of page.split("\n")) {
    const line = raw.trim();
    if (line === "" || /^(?:page\s+)?\d{1,4}(?:\s*(?:\/|of)\s*\d{1,4})?$/iu.test(line)) flush();
    else if (
      prose === "" &&
      line.length < 60 &&
      !/[.!?:;,。！？]$/u.test(line) &&
      /^[\p{Lu}\p{Lo}\d]/u.test(line)
    ) {
      blocks.push({ kind: "heading", text: line });
    } else
      prose =
        prose.endsWith("-") && /^\p{Ll}/u.test(line) ? prose.slice(0, -1) + line : `${prose} ${line}`.trim();
  }
  flush();
  return blocks;
}

/**
 * The text of a PDF, page by page.
 * @throws Rejection source_unreadable when it does not parse or is locked.
 */
export async function pdfBlocks(bytes: Uint8Array, origin: string): Promise<Block[]> {
  try {
    const document = await getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false });
    const { text } = await extractText(document, { mergePages: false });
    await document.destroy();
    return text.flatMap(pageBlocks);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Rejection("source_unreadable", `The PDF ${origin} could not be read: ${reason}`);
  }
}
