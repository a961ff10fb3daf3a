/** Bytes start…end inclusive; `whole`: send everything; `unsatisfiable`: answer 416. */
export type ByteRange = { readonly start: number; readonly end: number } | "whole" | "unsatisfiable";

/**
 * Reads a Range header for content of `size` bytes (RFC 9110, section 14). What is no byte range, or asks for several
 * at once, is ignored as the RFC allows: the whole is sent.
 */
export function byteRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? "");
  if (match === null) return "whole";
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return "whole";
  return start >= size ? "unsatisfiable" : { start, end };
}

/** Whether a list of entity tags (If-None-Match) names this one; weak comparison. */
export function namesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag.replace(/^W\//, "") === etag;
  });
}
