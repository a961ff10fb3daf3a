import { readFile, realpath, stat } from "node:fs/promises";
import { extname, isAbsolute, resolve, sep } from "node:path";
import type { Brief } from "@greenlight/contract/brief";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { JobCfg } from "@greenlight/contract/job";
import { fileTypeFromBuffer } from "file-type";
import { Rejection } from "../domain/commands.ts";
import type { BriefMedia } from "./ports/brief-media.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { SourceReader } from "./ports/source-reader.ts";

export type CollectLimits = {
  /** Largest source, in bytes. */
  readonly source_bytes: number;
  /** Largest picture, video or piece of music, in bytes. */
  readonly media_bytes: number;
  /** Words that all sources together must have at the least. */
  readonly min_source_words: number;
};

type Deps = {
  readonly objects: ObjectStore;
  readonly sources: SourceReader;
  readonly media: BriefMedia;
  readonly limits: CollectLimits;
};
type Role = "source" | "image" | "music";

/**
 * Stores every file a brief names, so that the job no longer depends on where it lay, and reads the sources once, so
 * that an unreadable one is refused before a job exists. @throws Rejection source_*, brief_too_thin,
 * unsupported_media_type, media_unreadable, media_not_usable, voice_unknown
 */
export async function collectFiles(brief: Brief, baseDir: string, deps: Deps): Promise<JobCfg["files"]> {
  const files: JobCfg["files"] = {};
  await named(
    brief.voice === undefined ? "/brief/language" : "/brief/voice",
    () => deps.media.voice(brief.language, brief.voice),
    "use one of the voices it names, or leave voice out",
  );
  let words = 0;
  let unread = false;
  for (const [index, source] of brief.sources.entries()) {
    const field = `/brief/sources/${index}/${source.path ? "path" : source.url ? "url" : "text"}`;
    let file: { bytes: Uint8Array; media_type: string } | null = null;
    if (source.path !== undefined) {
      file = await load(source.path, "source", field, baseDir, deps.limits.source_bytes);
      files[source.path] = { ...(await deps.objects.put(file.bytes)), media_type: file.media_type };
    }
    // A page is fetched by the research stage, which may try again; here only what lies at hand is read.
    if (source.url !== undefined) unread = true;
    else
      words += countWords(
        (await named(field, () => deps.sources.read(source, file, AbortSignal.timeout(60_000)))).text,
      );
  }
  for (const [index, image] of brief.images.entries()) {
    const field = `/brief/images/${index}/path`;
    const { bytes, media_type } = await load(image.path, "image", field, baseDir, deps.limits.media_bytes);
    const stored = await deps.objects.put(bytes);
    const path = await deps.objects.localPath(stored.sha256);
    await named(
      field,
      () => (media_type.startsWith("video/") ? deps.media.clip(path) : deps.media.picture(path)),
      "give a PNG, JPEG or WebP picture that opens, or an MP4, WebM or MOV video that plays",
    );
    files[image.path] = { ...stored, media_type };
  }
  if (brief.music !== "generated" && brief.music !== "none") {
    const field = "/brief/music";
    const { bytes, media_type } = await load(brief.music, "music", field, baseDir, deps.limits.media_bytes);
    const stored = await deps.objects.put(bytes);
    const path = await deps.objects.localPath(stored.sha256);
    await named(field, () => deps.media.sound(path), "give an audio file that plays, or `generated`");
    files[brief.music] = { ...stored, media_type };
  }
  if (!unread && words < deps.limits.min_source_words)
    throw refuse(
      "brief_too_thin",
      "/brief/sources",
      `the sources have ${words} words; a video needs at least ${deps.limits.min_source_words}`,
      "add a source file, or write several sentences",
    );
  return files;
}

async function load(
  path: string,
  role: Role,
  field: string,
  baseDir: string,
  maxBytes: number,
): Promise<{ bytes: Uint8Array; media_type: string }> {
  const full = await locate(path, field, baseDir);
  const info = await stat(full);
  if (!info.isFile()) throw refuse("source_unreadable", field, `${path} is not a file`, "name a file");
  if (info.size > maxBytes)
    throw refuse(
      "source_too_large",
      field,
      `${path} has ${info.size} bytes; ${maxBytes} are allowed`,
      "give a smaller file",
    );
  if (info.size === 0) throw refuse("source_empty", field, `${path} is empty`, "give a file with content");
  const bytes = await readFile(full).catch(() => {
    throw refuse(
      "source_unreadable",
      field,
      `${path} may not be read`,
      "give the server the right to read it",
    );
  });
  const media_type = await sniff(bytes, full);
  const wanted = { source: /^(text|application)\//, image: /^(image|video)\//, music: /^(audio|video)\// }[
    role
  ];
  if (!wanted.test(media_type))
    throw refuse(
      role === "source" ? "source_unreadable" : "unsupported_media_type",
      field,
      `${path} is ${media_type}, which cannot serve as ${role}`,
      role === "source"
        ? "give text, Markdown, HTML or PDF"
        : `give ${role === "image" ? "a PNG, JPEG or WebP picture, or a video" : "an audio file"}`,
    );
  return { bytes, media_type };
}

/** The real path, which must lie in `baseDir` also after links are followed. */
async function locate(path: string, field: string, baseDir: string): Promise<string> {
  const outside = () =>
    refuse(
      "source_outside",
      field,
      `${path} leads out of the folder that sources may come from`,
      "use a relative path without ..",
    );
  const base = await realpath(baseDir).catch(() => resolve(baseDir));
  const full = resolve(base, path);
  if (isAbsolute(path) || path.includes("\0") || !full.startsWith(base + sep)) throw outside();
  const real = await realpath(full).catch(() => {
    throw refuse(
      "source_missing",
      field,
      `there is no file ${path}`,
      "check the path; it is relative to the brief",
    );
  });
  if (!real.startsWith(base + sep)) throw outside();
  return real;
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".html": "text/html",
  ".htm": "text/html",
  ".svg": "image/svg+xml",
};

async function sniff(bytes: Uint8Array, path: string): Promise<string> {
  const found = await fileTypeFromBuffer(bytes);
  return found?.mime ?? BY_EXTENSION[extname(path).toLowerCase()] ?? "text/plain";
}

function countWords(text: string): number {
  let words = 0;
  for (const segment of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text))
    if (segment.isWordLike) words++;
  return words;
}

/** What goes wrong in `read` is told with the field it comes from. */
async function named<T>(field: string, read: () => Promise<T>, remedy = "give another source"): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Rejection) || error.errors.length > 0) throw error;
    throw refuse(error.code, field, error.message, remedy);
  }
}

function refuse(code: ErrorCode, pointer: string, message: string, remedy: string): Rejection {
  return new Rejection(code, message, [{ pointer, message, remedy }]);
}
