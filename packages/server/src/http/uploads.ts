/**
 * Takes one uploaded file: streamed to a temporary name with a size limit and a running hash, judged by its content
 * (never by what the client calls it), then kept twice: in the uploads folder, where a brief names it by path, and in
 * the object store, where a patch finds it by id. A request that fails or is cut off leaves nothing behind.
 */

import { createHash } from "node:crypto";
import { constants, createWriteStream } from "node:fs";
import { copyFile, mkdir, open, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Upload } from "@greenlight/contract/api";
import { fileTypeFromBuffer } from "file-type";
import { Rejection } from "../domain/commands.ts";
import type { Context } from "./context.ts";

/** Binary types that some stage can read. */
const BINARY = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "image/avif",
  "audio/mpeg",
  "audio/wav",
  "audio/ogg",
  "audio/flac",
  "audio/x-flac",
  "audio/x-m4a",
  "audio/mp4",
  "audio/aac",
  "video/mp4",
  "video/webm",
  "video/quicktime",
  "video/x-matroska",
  "application/pdf",
]);

const TEXT: Readonly<Record<string, string>> = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".html": "text/html",
  ".htm": "text/html",
  ".csv": "text/csv",
  ".json": "application/json",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
};

const UTF_16 = "text/plain; charset=utf-16";

/** Bytes looked at to tell the type. */
const SNIFFED = 65_536;

/** @throws Rejection payload_too_large, unsupported_media_type, bad_request */
export async function takeUpload(
  context: Context,
  file: NodeJS.ReadableStream & { readonly truncated?: boolean },
  filename: string,
): Promise<Upload> {
  const folder = join(context.uploads_dir, ".incoming");
  await mkdir(folder, { recursive: true });
  const upload_id = context.ids.next();
  const temporary = join(folder, upload_id);
  const path = `${upload_id}-${safeName(filename)}`;
  try {
    const { sha256, size_bytes } = await receive(file, temporary);
    if (file.truncated === true)
      throw new Rejection(
        "payload_too_large",
        `The file is larger than ${context.options.upload_limit_bytes} bytes.`,
      );
    if (size_bytes === 0) throw new Rejection("bad_request", "The file is empty.");
    const media_type = await sniff(temporary, filename);
    await copyFile(temporary, join(context.uploads_dir, path), constants.COPYFILE_FICLONE);
    const stored = await context.objects.putFile(temporary);
    const upload = { upload_id, path, sha256: stored.sha256, size_bytes: stored.size_bytes, media_type };
    if (stored.sha256 !== sha256)
      throw new Rejection("unavailable", "The file changed while it was being stored.");
    await context.store.saveUpload({
      ...upload,
      created_at: new Date(context.clock.now()).toISOString(),
    });
    return upload;
  } catch (error) {
    await rm(join(context.uploads_dir, path), { force: true });
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

export function brokenForm(): Rejection {
  return new Rejection("bad_request", "The form ends too early or is not multipart/form-data.");
}

async function receive(
  file: NodeJS.ReadableStream,
  path: string,
): Promise<{ sha256: string; size_bytes: number }> {
  const hash = createHash("sha256");
  let size_bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size_bytes += chunk.length;
      done(null, chunk);
    },
  });
  // The disk's errors are ours; the form's are the client's.
  const broken = new Promise<never>((_resolve, reject) => file.once("error", () => reject(brokenForm())));
  const written = pipeline(file, count, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  await Promise.race([broken, written]).finally(() => written.catch(() => undefined));
  return { sha256: hash.digest("hex"), size_bytes };
}

/** @throws Rejection unsupported_media_type */
async function sniff(path: string, filename: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFFED), 0, SNIFFED, 0);
    const head = buffer.subarray(0, bytesRead);
    // UTF-16 begins like an MPEG frame of a layer nobody uses; no stage reads either.
    const found = head[0] === 0xff && head[1] === 0xfe ? UTF_16 : (await fileTypeFromBuffer(head))?.mime;
    if (found !== undefined && BINARY.has(found)) return found;
    const isText = found === undefined && isUtf8Text(head);
    if (isText) return TEXT[extname(filename).toLowerCase()] ?? "text/plain";
  } finally {
    await handle.close();
  }
  throw new Rejection(
    "unsupported_media_type",
    `The file's content is none of these: text in UTF-8, ${[...BINARY].join(", ")}.`,
  );
}

function isUtf8Text(head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  try {
    // A character may be cut at the end of what was read; `stream` lets that pass.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A file name that is one plain path part on any system: letters, digits, dot, hyphen and underscore. */
export function safeName(filename: string): string {
  const last = filename.split(/[/\\]/).at(-1) ?? "";
  const extension = extname(last)
    .replace(/[^A-Za-z0-9.]/g, "")
    .slice(0, 12)
    .toLowerCase();
  const stem = last
    .slice(0, last.length - extname(last).length)
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${stem === "" ? "file" : stem}${extension === "." ? "" : extension}`;
}
