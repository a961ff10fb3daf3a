import { AVERROR_EOF, AVMEDIA_TYPE_VIDEO, FormatContext, Packet, type Stream } from "node-av";
import { checked, present } from "./ffmpeg-result.ts";
import { RenderFailure } from "./render-failure.ts";

/** One video segment open for reading its packets. The caller closes it. */
export class SegmentReader {
  readonly path: string;
  readonly stream: Stream;
  readonly frame_count: number;
  readonly #input: FormatContext;

  private constructor(path: string, input: FormatContext, stream: Stream) {
    this.path = path;
    this.#input = input;
    this.stream = stream;
    this.frame_count = Number(stream.nbFrames);
  }

  static async open(path: string): Promise<SegmentReader> {
    const input = new FormatContext();
    checked(await input.openInput(path), `open the segment ${path}`);
    const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
    if (stream === undefined) {
      await input.closeInput();
      throw new RenderFailure("render_failed", `the segment ${path} has no picture; render its beat again`);
    }
    return new SegmentReader(path, input, stream);
  }

  /** The next encoded frame, null at the end. The caller frees it. Times are in units of `stream.timeBase`. */
  next(): Packet | null {
    const packet = new Packet();
    packet.alloc();
    const result = this.#input.readFrameSync(packet);
    if (result < 0) {
      packet.free();
      if (result === AVERROR_EOF) return null;
      checked(result, `read the segment ${this.path}`);
    }
    return packet;
  }

  /** What a decoder must know before the first frame: equal for segments that can be joined. */
  get parameterSets(): Buffer {
    return present(this.stream.codecpar.extradata, `the H.264 parameters of ${this.path}`);
  }

  async close(): Promise<void> {
    await this.#input.closeInput();
  }
}
