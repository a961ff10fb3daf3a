/**
 * The index of an MP4 (`moov`) as this project finishes it, because the muxer cannot: Nero chapters, soft captions that
 * are off until chosen, and no edit lists that say nothing. Works in the place the muxer reserved before the data, so
 * no chunk offset moves. Boxes: ISO/IEC 14496-12.
 */

import { open } from "node:fs/promises";
import { RenderFailure } from "./render-failure.ts";

export type Chapter = { readonly start_s: number; readonly end_s: number; readonly title: string };

type Box = { readonly type: string; readonly body: Buffer };

const HEADER = 8;

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < HEADER || at + size > bytes.length) {
      throw new RenderFailure("render_failed", `the MP4's index has a box of ${size} bytes at ${at}`);
    }
    boxes.push({
      type: bytes.toString("latin1", at + 4, at + HEADER),
      body: bytes.subarray(at + HEADER, at + size),
    });
    at += size;
  }
  return boxes;
}

function serialized(boxes: readonly Box[]): Buffer {
  return Buffer.concat(
    boxes.flatMap(({ type, body }) => {
      const header = Buffer.alloc(HEADER);
      header.writeUInt32BE(HEADER + body.length, 0);
      header.write(type, 4, "latin1");
      return [header, body];
    }),
  );
}

/** Nero's chapter list: a start in units of 100 ns and a title of at most 255 bytes each; at most 255 chapters. */
function chapterList(chapters: readonly Chapter[]): Box {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, chapters.length]);
  const entries = chapters.map(({ start_s, title }) => {
    const words = Buffer.from(title, "utf8").subarray(0, 255);
    const start = Buffer.alloc(9);
    start.writeBigUInt64BE(BigInt(Math.round(start_s * 1e7)), 0);
    start.writeUInt8(words.length, 8);
    return Buffer.concat([start, words]);
  });
  return { type: "chpl", body: Buffer.concat([head, ...entries]) };
}

/** An edit list of one entry that starts at media time 0 at normal speed changes nothing. */
function editsNothing(edts: Buffer): boolean {
  return boxesOf(edts).every(({ type, body }) => {
    if (type !== "elst" || body.readUInt32BE(4) !== 1) return false;
    const wide = body[0] === 1;
    const mediaTime = wide ? body.readBigInt64BE(16) : BigInt(body.readInt32BE(12));
    return mediaTime === 0n && body.readUInt32BE(wide ? 24 : 16) === 0x10000;
  });
}

function finishedTrack(trak: Buffer): Buffer {
  const boxes = boxesOf(trak);
  const isText = boxes.some(
    ({ type, body }) =>
      type === "mdia" &&
      boxesOf(body).some((inner) => inner.type === "hdlr" && inner.body.toString("latin1", 8, 12) === "sbtl"),
  );
  return serialized(
    boxes.flatMap(({ type, body }) => {
      if (type === "edts" && editsNothing(body)) return [];
      if (type !== "tkhd" || !isText) return [{ type, body }];
      const off = Buffer.from(body);
      off.writeUIntBE(off.readUIntBE(1, 3) & ~1, 1, 3);
      return [{ type, body: off }];
    }),
  );
}

/** `moov` without its header in, the same finished out. */
export function finishedIndex(moov: Buffer, chapters: readonly Chapter[]): Buffer {
  const boxes = boxesOf(moov).map(({ type, body }) =>
    type === "trak" ? { type, body: finishedTrack(body) } : { type, body },
  );
  if (chapters.length > 0) {
    const list = chapterList(chapters.slice(0, 255));
    const old = boxes.find(({ type }) => type === "udta");
    const udta = { type: "udta", body: Buffer.concat([serialized([list]), old?.body ?? Buffer.alloc(0)]) };
    return serialized([...boxes.filter((box) => box !== old), udta]);
  }
  return serialized(boxes);
}

/** Bytes to reserve for the index of `samples` samples and `text` characters of titles: more than it will take. */
export function indexRoom(samples: number, text: number): number {
  return 16_384 + 32 * samples + 4 * text;
}

/** Rewrites the index of an MP4 whose muxer reserved room (`moov_size`) before the data. */
export async function finishIndex(path: string, chapters: readonly Chapter[]): Promise<void> {
  const file = await open(path, "r+");
  try {
    const header = Buffer.alloc(HEADER);
    const found: { type: string; at: number; size: number }[] = [];
    for (let at = 0; found.at(-1)?.type !== "mdat"; at += found.at(-1)?.size ?? 0) {
      const { bytesRead } = await file.read(header, 0, HEADER, at);
      const size = header.readUInt32BE(0);
      if (bytesRead < HEADER || size < HEADER) break;
      found.push({ type: header.toString("latin1", 4, 8), at, size });
    }
    const moovAt = found.findIndex(({ type }) => type === "moov");
    const moov = found[moovAt];
    const free = found[moovAt + 1];
    if (moov === undefined || free?.type !== "free") {
      throw new RenderFailure("render_failed", `${path} has no room for its index before the data`);
    }
    const old = Buffer.alloc(moov.size - HEADER);
    await file.read(old, 0, old.length, moov.at + HEADER);
    const index = serialized([{ type: "moov", body: finishedIndex(old, chapters) }]);
    const rest = moov.size + free.size - index.length - HEADER;
    if (rest < 0) throw new RenderFailure("render_failed", `the index of ${path} does not fit its place`);
    const padding = serialized([{ type: "free", body: Buffer.alloc(rest) }]);
    await file.write(Buffer.concat([index, padding]), 0, index.length + padding.length, moov.at);
  } finally {
    await file.close();
  }
}
