import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import type { Block, BlockKind } from "./blocks.ts";

const KINDS: Record<string, BlockKind> = {
  H1: "heading",
  H2: "heading",
  H3: "heading",
  H4: "heading",
  H5: "heading",
  H6: "heading",
  P: "paragraph",
  BLOCKQUOTE: "paragraph",
  DD: "paragraph",
  DT: "paragraph",
  LI: "item",
};
const SILENT = new Set([
  "TABLE",
  "PRE",
  "CODE",
  "SCRIPT",
  "STYLE",
  "TEMPLATE",
  "NOSCRIPT",
  "SVG",
  "FIGURE",
  "FIGCAPTION",
  "NAV",
  "ASIDE",
  "FOOTER",
  "FORM",
  "BUTTON",
  "SUP",
  "IFRAME",
  "VIDEO",
  "AUDIO",
  "HEAD",
]);

/** Walks a tree in order; text outside of any block gathers into paragraphs. */
function walk(root: Node): Block[] {
  const blocks: Block[] = [];
  let loose = "";
  const flush = () => {
    if (loose.trim() !== "") blocks.push({ kind: "paragraph", text: loose });
    loose = "";
  };
  const textOf = (node: Node): string => {
    if (node.nodeType === 3) return node.textContent ?? "";
    if (node.nodeType !== 1 || SILENT.has(node.nodeName.toUpperCase())) return "";
    if (node.nodeName.toUpperCase() === "BR") return " ";
    return [...node.childNodes].map(textOf).join("");
  };
  const visit = (node: Node) => {
    const name = node.nodeName.toUpperCase();
    if (node.nodeType === 3) loose += node.textContent ?? "";
    if (node.nodeType !== 1 || SILENT.has(name)) return;
    const kind = KINDS[name];
    const nested = [...node.childNodes].some((child) =>
      /^(?:P|UL|OL|BLOCKQUOTE|DIV|H[1-6])$/iu.test(child.nodeName),
    );
    if (kind !== undefined && !nested) {
      flush();
      blocks.push({ kind, text: textOf(node) });
      return;
    }
    const inline = /^(?:A|B|I|EM|STRONG|SPAN|MARK|SMALL|Q|CITE|TIME|ABBR|U|S|SUB|FONT|LABEL|BR)$/u.test(name);
    if (!inline) flush();
    else if (name === "BR") loose += " ";
    for (const child of node.childNodes) visit(child);
    if (!inline) flush();
  };
  visit(root);
  flush();
  return blocks;
}

/** A page's article (by Readability; the whole body where it finds none) as prose, and its title. */
export function htmlBlocks(html: string): { title: string | null; blocks: Block[] } {
  const page = /<html[\s>]/iu.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
  const whole = parseHTML(page).document;
  const title = whole.querySelector("title")?.textContent?.trim() || null;
  const body = walk(whole.body);
  const article = new Readability(parseHTML(page).document as unknown as Document).parse();
  if (article?.content == null) return { title, blocks: body };
  const read = walk(parseHTML(`<!doctype html><html><body>${article.content}</body></html>`).document.body);
  const words = (blocks: readonly Block[]) => blocks.reduce((sum, block) => sum + block.text.length, 0);
  const heading = article.title?.trim() || title;
  return { title: heading ?? null, blocks: words(read) > 0 ? read : body };
}
