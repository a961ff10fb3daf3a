import { type FileHandle, open } from "node:fs/promises";

/** One entry of an edit list: seconds it lasts, seconds of media it starts at (null = an empty edit), its rate. */
export type Edit = {
  readonly duration_s: number;
  readonly media_time_s: number | null;
  readonly rate: number;
};

export type Mp4Track = {
  /** Handler type: `vide`, `soun`, `sbtl`, `text` … */
  readonly handler: string;
  readonly edits: readonly Edit[];
  /** Bits per second the encoder was allowed (`maxBitrate` of the esds box); 0 when it says none. */
  readonly declared_bps: number;
};

export type Mp4Boxes = {
  readonly major_brand: string;
  /** Types of the top-level boxes in file order. */
  readonly order: readonly string[];
  readonly tracks: readonly Mp4Track[];
};

type Box = { readonly type: string; readonly start: number; readonly end: number };

/** A moov box of an hour-long film is a few megabytes; a larger one is a broken file. */
const LARGEST_MOOV = 256 * 1024 * 1024;

/**
 * Reads the box structure of an MP4 (ISO/IEC 14496-12) without decoding any media. A file that is not made of
 * boxes gives an empty order and no tracks.
 */
export async function readMp4Boxes(file: string): Promise<Mp4Boxes> {
  const handle = await open(file, "r");
  try {
    const top = await topLevelBoxes(handle);
    const moov = top.find((box) => box.type === "moov");
    const ftyp = top.find((box) => box.type === "ftyp");
    const brand =
      ftyp === undefined ? "" : (await readRange(handle, ftyp.start, ftyp.start + 4)).toString("latin1");
    const tracks =
      moov === undefined || moov.end - moov.start > LARGEST_MOOV
        ? []
        : parseTracks(await readRange(handle, moov.start, moov.end));
    return { major_brand: brand, order: top.map((box) => box.type), tracks };
  } finally {
    await handle.close();
  }
}

async function readRange(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return buffer.subarray(0, bytesRead);
}

async function topLevelBoxes(handle: FileHandle): Promise<Box[]> {
  const { size } = await handle.stat();
  const boxes: Box[] = [];
  let offset = 0;
  while (offset + 8 <= size) {
    const box = boxAt(await readRange(handle, offset, Math.min(size, offset + 16)), 0, size - offset);
    if (box === null) break;
    boxes.push({ type: box.type, start: offset + box.start, end: offset + box.end });
    offset += box.end;
  }
  return boxes;
}

/** The box whose header is at `offset`; `limit` is where its parent ends. Null when the bytes are no box. */
function boxAt(data: Buffer, offset: number, limit: number): Box | null {
  if (offset + 8 > data.length) return null;
  const size32 = data.readUInt32BE(offset);
  const type = data.toString("latin1", offset + 4, offset + 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const isLarge = size32 === 1;
  if (isLarge && offset + 16 > data.length) return null;
  const header = isLarge ? 16 : 8;
  const size = isLarge ? Number(data.readBigUInt64BE(offset + 8)) : size32 === 0 ? limit - offset : size32;
  if (size < header || offset + size > limit) return null;
  return { type, start: offset + header, end: offset + size };
}

function children(data: Buffer, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let offset = start; offset < end; ) {
    const box = boxAt(data, offset, end);
    if (box === null) break;
    boxes.push(box);
    offset = box.end;
  }
  return boxes;
}

function descend(data: Buffer, within: Box, ...path: string[]): Box | undefined {
  let current: Box | undefined = within;
  for (const type of path) {
    if (current === undefined) return undefined;
    current = children(data, current.start, current.end).find((box) => box.type === type);
  }
  return current;
}

function parseTracks(moov: Buffer): Mp4Track[] {
  const root: Box = { type: "moov", start: 0, end: moov.length };
  const movieScale = timescale(moov, descend(moov, root, "mvhd"));
  return children(moov, 0, moov.length)
    .filter((box) => box.type === "trak")
    .map((trak) => {
      const mediaScale = timescale(moov, descend(moov, trak, "mdia", "mdhd"));
      const hdlr = descend(moov, trak, "mdia", "hdlr");
      const elst = descend(moov, trak, "edts", "elst");
      const stsd = descend(moov, trak, "mdia", "minf", "stbl", "stsd");
      return {
        handler: hdlr === undefined ? "" : moov.toString("latin1", hdlr.start + 8, hdlr.start + 12),
        edits: elst === undefined ? [] : parseEdits(moov, elst, movieScale, mediaScale),
        declared_bps: stsd === undefined ? 0 : declaredBitRate(moov, stsd),
      };
    });
}

/** Ticks per second of an mvhd or mdhd box. */
function timescale(data: Buffer, box: Box | undefined): number {
  if (box === undefined) return 1;
  const isVersion1 = data.readUInt8(box.start) === 1;
  return data.readUInt32BE(box.start + (isVersion1 ? 20 : 12)) || 1;
}

function parseEdits(data: Buffer, elst: Box, movieScale: number, mediaScale: number): Edit[] {
  const isVersion1 = data.readUInt8(elst.start) === 1;
  const count = data.readUInt32BE(elst.start + 4);
  const width = isVersion1 ? 20 : 12;
  const edits: Edit[] = [];
  for (let i = 0; i < count; i++) {
    const at = elst.start + 8 + i * width;
    if (at + width > elst.end) break;
    const duration = isVersion1 ? Number(data.readBigUInt64BE(at)) : data.readUInt32BE(at);
    const media = isVersion1 ? Number(data.readBigInt64BE(at + 8)) : data.readInt32BE(at + 4);
    edits.push({
      duration_s: duration / movieScale,
      media_time_s: media < 0 ? null : media / mediaScale,
      rate: data.readInt32BE(at + width - 4) / 65536,
    });
  }
  return edits;
}

/** `maxBitrate` in the DecoderConfigDescriptor of an mp4a entry (ISO/IEC 14496-1, 7.2.6.6). */
function declaredBitRate(data: Buffer, stsd: Box): number {
  const entry = children(data, stsd.start + 8, stsd.end).find((box) => box.type === "mp4a");
  if (entry === undefined) return 0;
  const esds = children(data, entry.start + 28, entry.end).find((box) => box.type === "esds");
  if (esds === undefined) return 0;
  const es = descriptor(data, esds.start + 4, 3);
  const config = es === null ? null : descriptor(data, es + 3, 4);
  return config === null || config + 9 > esds.end ? 0 : data.readUInt32BE(config + 5);
}

/** Where the content of the descriptor at `offset` starts, if it has this tag; its length takes one to four bytes. */
function descriptor(data: Buffer, offset: number, tag: number): number | null {
  if (data[offset] !== tag) return null;
  let at = offset + 1;
  while (at < offset + 4 && ((data[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1;
}
