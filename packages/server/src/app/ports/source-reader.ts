import type { BriefSource } from "@greenlight/contract/brief";

/** Reads one source (a file's bytes, a page fetched over http(s), or given text) to plain text paragraphs. */
export interface SourceReader {
  /** @throws Rejection source_empty, source_too_large, source_unreadable, source_fetch_failed, source_address_refused. */
  read(
    source: BriefSource,
    /** The file's content where the source is a `path`. */
    file: { readonly bytes: Uint8Array; readonly media_type: string } | null,
    signal: AbortSignal,
  ): Promise<SourceText>;
}

export type SourceText = {
  readonly title: string;
  readonly origin: string;
  readonly media_type: string;
  /** Prose paragraphs and headings in order; offsets count characters of `text`. */
  readonly text: string;
  readonly blocks: readonly {
    readonly kind: "heading" | "paragraph" | "item";
    readonly start: number;
    readonly end: number;
  }[];
};
