import { Decoder, Demuxer, type FilterAPI } from "node-av/api";
import type { Frame, Stream } from "node-av/lib";
import { readingFilm } from "./unreadable-film.ts";

export type OpenStream = {
  readonly stream: Stream;
  frames(): AsyncGenerator<Frame>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Opens the first video or audio stream of a file for decoding from its start; null when the file has none.
 * Every frame handed out belongs to the caller, who frees it.
 * @throws UnreadableFilm
 */
export async function openDecoder(
  file: string,
  kind: "video" | "audio",
  signal: AbortSignal,
): Promise<OpenStream | null> {
  const demuxer = await Demuxer.open(file);
  const stream = kind === "video" ? demuxer.video() : demuxer.audio();
  if (stream === undefined) {
    await demuxer.close();
    return null;
  }
  // Corrupt media must fail the measurement, not be passed over in silence.
  const decoder = await Decoder.create(stream, { exitOnError: true, threadCount: kind === "video" ? 2 : 1 });
  return {
    stream,
    async *frames() {
      const frames = decoder.frames(demuxer.packets(stream.index))[Symbol.asyncIterator]();
      for (;;) {
        const next = await readingFilm(signal, () => frames.next());
        if (next.done || next.value === null) return;
        if (signal.aborted) next.value.free();
        signal.throwIfAborted();
        yield next.value;
      }
    },
    async [Symbol.asyncDispose]() {
      decoder.close();
      await demuxer.close();
    },
  };
}

/** Sends one frame (null = the end) through a filter and frees every frame that comes out after `use` has read it. */
export async function throughFilter(
  filter: FilterAPI,
  frame: Frame | null,
  use: (out: Frame) => void,
): Promise<void> {
  await filter.process(frame);
  for (;;) {
    const out = await filter.receive();
    // null: it wants more frames; undefined: it has ended.
    if (out === null || out === undefined) return;
    use(out);
    out.free();
  }
}
