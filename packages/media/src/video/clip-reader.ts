/**
 * Reads the pictures of a video file by time, decoding forward as they are asked for: one decoded picture, the one
 * after it and one converted picture are held, whatever the file's length. Going back, or far ahead, opens the file
 * anew at the key picture before. The same file and times give the same pixels. A reader is used by one caller at a
 * time and must be closed; nothing survives it.
 */
import { AV_NOPTS_VALUE, AVSEEK_FLAG_BACKWARD, Frame } from "node-av";
import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { readingFilm, UnreadableFilm } from "../measure/unreadable-film.ts";
import { type ClipFacts, clipFacts, UPRIGHT } from "./clip-facts.ts";

/** Decoding on is cheaper than opening anew up to about this distance. */
const AHEAD_S = 4;
/** Times of pictures are rounded to the file's ticks; a moment given as n/fps must meet picture n. */
const SLACK_S = 0.0005;

/** RGBA, tightly packed; belongs to the reader and is valid until the next call. */
export type ClipPicture = { readonly time_s: number; readonly pixels: Buffer };

export type ClipReader = {
  readonly facts: ClipFacts;
  /**
   * The picture seen at `t_s` seconds after the first; before it the first, after the last the last. The same object
   * as before while the picture stays the same. @throws UnreadableFilm; the signal's reason when aborted.
   */
  pictureAt(t_s: number): Promise<ClipPicture>;
  close(): Promise<void>;
};

export type ClipFormat = {
  readonly width: number;
  readonly height: number;
  readonly filters: readonly string[];
};

type Opened = {
  readonly demuxer: Demuxer;
  readonly decoder: Decoder;
  readonly frames: AsyncIterator<Frame | null>;
  readonly tick_s: number;
};
type Timed = { readonly frame: Frame; readonly time_s: number };

/**
 * `format` says, from what the file holds, which filters (FFmpeg's, after the picture was turned upright) bring a
 * picture to which size; a conversion to RGBA follows them. @throws UnreadableFilm
 */
export async function openClip(
  file: string,
  format: (facts: ClipFacts) => ClipFormat,
  signal?: AbortSignal,
): Promise<ClipReader> {
  const first = await readingFilm(signal, () => openAt(file, null));
  const { facts } = first;
  const { width, height, filters } = format(facts);
  const filter = FilterAPI.create([...UPRIGHT[facts.turns], ...filters, "format=rgba"].join(","), {
    graph: { nbThreads: 1 },
  });
  let opened: Opened | null = first.opened;
  let shown: Timed | null = null;
  let next: Timed | null = null;
  let picture: ClipPicture | null = null;
  const pixels = Buffer.alloc(width * height * 4);

  const drop = (one: Timed | null) => one?.frame.free();
  const shut = async () => {
    drop(shown);
    drop(next);
    [shown, next] = [null, null];
    if (opened) await closeStream(opened);
    opened = null;
  };
  const decodeNext = async (): Promise<Timed | null> => {
    signal?.throwIfAborted();
    const from = opened;
    if (!from) return null;
    const { done, value } = await from.frames.next();
    if (done || value === null) return null;
    const at = value.pts === AV_NOPTS_VALUE ? value.bestEffortTimestamp : value.pts;
    return { frame: value, time_s: Number(at) * from.tick_s - facts.start_s };
  };

  /** Brings `shown` to the picture at `t_s`. */
  const advance = async (t_s: number): Promise<void> => {
    const at = shown?.time_s ?? 0;
    const ended = shown !== null && next === null;
    if (opened === null || t_s + SLACK_S < at || (!ended && t_s - at > AHEAD_S)) {
      await shut();
      opened = (await openAt(file, t_s > AHEAD_S ? t_s + facts.start_s : null)).opened;
    }
    next ??= shown === null ? await decodeNext() : next;
    while (next !== null && (shown === null || next.time_s <= t_s + SLACK_S)) {
      drop(shown);
      shown = next;
      next = await decodeNext();
    }
  };

  return {
    facts,
    pictureAt: (t_s) =>
      readingFilm(signal, async () => {
        await advance(Math.max(0, t_s));
        if (shown === null) throw new UnreadableFilm("no picture could be decoded");
        if (picture?.time_s === shown.time_s) return picture;
        await convert(filter, shown.frame, pixels, width, height);
        picture = { time_s: shown.time_s, pixels };
        return picture;
      }),
    async close() {
      await shut();
      filter.close();
    },
  };
}

async function openAt(file: string, seconds: number | null): Promise<{ facts: ClipFacts; opened: Opened }> {
  const demuxer = await Demuxer.open(file);
  try {
    const stream = demuxer.video();
    if (stream === undefined) throw new UnreadableFilm("the file has no video stream");
    // A file without an index cannot seek; then it is read from its start. The time is given for the file, as the
    // library does not bring it to a stream's ticks.
    if (seconds !== null && (await demuxer.seek(seconds, -1, AVSEEK_FLAG_BACKWARD)) < 0)
      await demuxer.seek(0, -1, AVSEEK_FLAG_BACKWARD);
    const decoder = await Decoder.create(stream, { exitOnError: true, threadCount: 2 });
    const frames = decoder.frames(demuxer.packets(stream.index))[Symbol.asyncIterator]();
    const tick_s = stream.timeBase.num / stream.timeBase.den;
    return { facts: clipFacts(stream), opened: { demuxer, decoder, frames, tick_s } };
  } catch (error) {
    await demuxer.close();
    throw error;
  }
}

async function closeStream({ demuxer, decoder, frames }: Opened): Promise<void> {
  await frames.return?.();
  decoder.close();
  await demuxer.close();
}

async function convert(filter: FilterAPI, frame: Frame, pixels: Buffer, width: number, height: number) {
  await filter.process(frame);
  const out = await filter.receive();
  if (!(out instanceof Frame)) throw new UnreadableFilm("a picture could not be converted");
  try {
    const data = out.data?.[0];
    const stride = out.linesize[0];
    if (data === undefined || stride === undefined || out.width !== width || out.height !== height)
      throw new UnreadableFilm(`a picture came out as ${out.width}×${out.height}`);
    const row = width * 4;
    for (let y = 0; y < height; y++) data.copy(pixels, y * row, y * stride, y * stride + row);
  } finally {
    out.free();
  }
}
