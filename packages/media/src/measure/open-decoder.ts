import { setImmediate } from "node:timers/promises";
import { Decoder, Demuxer, type FilterAPI } from "node-av/api";
import { AV_NOPTS_VALUE } from "node-av/constants";
import type { Frame, Stream } from "node-av/lib";
import { readingFilm } from "./unreadable-film.ts";

export type OpenStream = {
  readonly stream: Stream;
  /** First presentation time, seconds. */
  readonly start_s: number;
  frames(): AsyncGenerator<Frame>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Frames decoded before other work of the process, an abort for one, has its turn: some 20 ms of it. */
const FRAMES_A_TURN = { video: 4, audio: 64 };

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
  const decoder = await Decoder.create(stream, { exitOnError: true, threadCount: kind === "video" ? 3 : 1 });
  const { startTime, timeBase } = stream;
  return {
    stream,
    start_s: startTime === AV_NOPTS_VALUE ? 0 : (Number(startTime) * timeBase.num) / timeBase.den,
    async *frames() {
      // Called on this thread: to hand each packet and frame to another one costs more than most of them take to
      // decode. The decoder's own threads work ahead on the next pictures all the same.
      const frames = decoder.framesSync(demuxer.packetsSync(stream.index));
      for (let turn = 0; ; turn++) {
        if (turn % FRAMES_A_TURN[kind] === 0) await setImmediate();
        const next = await readingFilm(signal, async () => frames.next());
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
export function throughFilter(filter: FilterAPI, frame: Frame | null, use: (out: Frame) => void): void {
  filter.processSync(frame);
  for (;;) {
    const out = filter.receiveSync();
    // null: it wants more frames; undefined: it has ended.
    if (out === null || out === undefined) return;
    use(out);
    out.free();
  }
}
