import { posix } from "node:path";
import type { BriefSource } from "@greenlight/contract/brief";
import { fileTypeFromBuffer } from "file-type";
import type { SourceReader, SourceText } from "../../app/ports/source-reader.ts";
import { Rejection } from "../../domain/commands.ts";
import { type Block, firstHeading, layOut } from "./blocks.ts";
import { decode, isMarkedText } from "./decode.ts";
import { fetchPage } from "./fetch-page.ts";
import { htmlBlocks } from "./html.ts";
import { markdownBlocks } from "./markdown.ts";
import { pdfBlocks } from "./pdf.ts";
import { plainBlocks } from "./plain.ts";
import { type Resolve, resolveByDns } from "./public-address.ts";

export type SourceLimits = {
  /** Largest source in bytes, refused before it is parsed. */
  readonly max_bytes: number;
  /** For fetching a page, all redirects included. */
  readonly timeout_ms: number;
  readonly allow_private_addresses: boolean;
  /** How host names become addresses; by default the system's resolver. */
  readonly resolve?: Resolve;
};

type Content = { readonly bytes: Uint8Array; readonly media_type: string; readonly charset: string | null };
type Read = { readonly title: string | null; readonly media_type: string; readonly blocks: readonly Block[] };

/** A text's format: by what it looks like, by its name, by what its sender calls it. */
function formatOf(
  text: string,
  name: string,
  media_type: string,
): "text/html" | "text/markdown" | "text/plain" {
  const head = text.slice(0, 1000).trimStart();
  if (
    /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!doctype html|<html|<head|<body|<article|<main)/iu.test(
      head,
    )
  )
    return "text/html";
  if (/\.(?:html?|xhtml)$/iu.test(name)) return "text/html";
  if (/\.(?:md|markdown|mdown)$/iu.test(name)) return "text/markdown";
  if (/html/u.test(media_type) && /<(?:p|div|h[1-6]|br|span|ul|a)\b/iu.test(text)) return "text/html";
  if (/markdown/u.test(media_type)) return "text/markdown";
  const marked =
    /^(?:#{1,6} \S|[-*+] \S.*\n[-*+] \S|>\s\S|```|\|.+\|$)/mu.test(text) || /\]\(https?:/u.test(text);
  return marked ? "text/markdown" : "text/plain";
}

async function parse(content: Content, name: string): Promise<Read> {
  const sniffed = isMarkedText(content.bytes) ? undefined : await fileTypeFromBuffer(content.bytes);
  if (sniffed?.mime === "application/pdf") {
    return { title: null, media_type: "application/pdf", blocks: await pdfBlocks(content.bytes, name) };
  }
  if (sniffed !== undefined && !/^(?:text\/|application\/(?:xml|xhtml))/u.test(sniffed.mime)) {
    throw new Rejection(
      "source_unreadable",
      `The source ${name} is ${sniffed.mime}. Give text, Markdown, HTML or a PDF that has text.`,
    );
  }
  const text = decode(content.bytes, content.charset, name);
  const format = formatOf(text, name, content.media_type);
  if (format === "text/html") return { media_type: format, ...htmlBlocks(text) };
  return {
    title: null,
    media_type: format,
    blocks: format === "text/markdown" ? markdownBlocks(text) : plainBlocks(text),
  };
}

/** Reads text, Markdown, HTML and PDF sources from files, pages and briefs to prose. Holds nothing between calls. */
export function createSourceReader(limits: SourceLimits): SourceReader {
  const fetchLimits = { ...limits, resolve: limits.resolve ?? resolveByDns };
  const contentOf = async (
    source: BriefSource,
    file: { readonly bytes: Uint8Array; readonly media_type: string } | null,
    signal: AbortSignal,
  ): Promise<Content> => {
    if (source.url !== undefined) return fetchPage(source.url, fetchLimits, signal);
    if (source.text !== undefined) {
      return { bytes: new TextEncoder().encode(source.text), media_type: "text/plain", charset: "utf-8" };
    }
    if (file === null)
      throw new Rejection("source_missing", `The source ${source.path ?? ""} has no content.`);
    return { ...file, charset: null };
  };
  return {
    async read(source, file, signal): Promise<SourceText> {
      const origin = source.path ?? source.url ?? "text";
      const refuse = (size: number) => {
        if (size <= limits.max_bytes) return;
        throw new Rejection(
          "source_too_large",
          `The source ${origin} has ${size} bytes; at most ${limits.max_bytes} are read. Shorten it.`,
        );
      };
      refuse(source.text?.length ?? file?.bytes.length ?? 0);
      const content = await contentOf(source, file, signal);
      refuse(content.bytes.length);
      signal.throwIfAborted();
      const { title, media_type, blocks } = await parse(
        content,
        source.url === undefined ? origin : new URL(origin).pathname,
      );
      const laid = layOut(blocks);
      if (!laid.blocks.some((block) => block.kind !== "heading")) {
        throw new Rejection(
          "source_empty",
          `The source ${origin} has no readable text. Give one with sentences in it.`,
        );
      }
      return {
        title:
          source.title ?? title ?? firstHeading(blocks) ?? posix.basename(origin).replace(/\.[^.]+$/u, ""),
        origin,
        media_type,
        ...laid,
      };
    },
  };
}
