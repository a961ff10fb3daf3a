import { Rejection } from "../../domain/commands.ts";

const boms: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** True when a byte-order mark says that the bytes are text. */
export const isMarkedText = (bytes: Uint8Array): boolean =>
  boms.some(([mark]) => mark.every((byte, i) => bytes[i] === byte));

/** UTF-16 without a mark shows as zeros in every other byte. */
const utf16 = (bytes: Uint8Array): string | null => {
  const head = bytes.subarray(0, 2000);
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 8 && even === 0) return "utf-16le";
  return even > head.length / 8 && odd === 0 ? "utf-16be" : null;
};

const tried = (bytes: Uint8Array, encoding: string): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** Characters that prose never has: controls other than white space and escape, and the mark of a failed decoding. */
const oddities = (text: string): number =>
  [...text].filter((c) => (c < " " && c.trim() !== "" && c !== "\x1b") || c === "\ufffd").length;

/** An encoding named in the first bytes of HTML or XML. */
const declared = (bytes: Uint8Array): string | null =>
  /(?:charset|encoding)\s*=\s*["']?([\w-]+)/iu.exec(
    new TextDecoder("latin1").decode(bytes.subarray(0, 2048)),
  )?.[1] ?? null;

/**
 * Bytes to text: by byte-order mark, as UTF-8 if they are UTF-8, else as the encoding named by the server or the page,
 * else Windows-1252 (which older text mostly is).
 * @throws Rejection source_unreadable when they are no text at all.
 */
export function decode(bytes: Uint8Array, charset: string | null, origin: string): string {
  const marked = boms.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1];
  const wide = utf16(bytes);
  for (const encoding of [marked, wide, "utf-8", charset, declared(bytes), "windows-1252"]) {
    if (encoding == null) continue;
    const text = tried(bytes, encoding);
    if (text === null) continue;
    const odd = oddities(text.slice(0, 20_000));
    if (odd > Math.min(text.length, 20_000) / 200) continue;
    return text.replace(/^\ufeff/u, "").normalize("NFC");
  }
  throw new Rejection(
    "source_unreadable",
    `The source ${origin} is not text. Give text, Markdown, HTML or a PDF.`,
  );
}
