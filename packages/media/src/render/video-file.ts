import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVFMT_FLAG_BITEXACT,
  type CodecContext,
  FormatContext,
  type Frame,
  Packet,
  Rational,
  type Stream,
} from "node-av";
import { checked, present } from "./ffmpeg-result.ts";

/** One MP4 with one video stream, written as the encoder gives packets. `begin`, `send` …, `end`, and `close` always. */
export class VideoFile {
  readonly #path: string;
  readonly #encoder: CodecContext;
  readonly #container = new FormatContext();
  readonly #packet = new Packet();
  readonly #frameTime: Rational;
  #stream: Stream | undefined;

  constructor(path: string, encoder: CodecContext, fps: number) {
    this.#path = path;
    this.#encoder = encoder;
    this.#frameTime = new Rational(1, fps);
    this.#packet.alloc();
  }

  async begin(): Promise<void> {
    const container = this.#container;
    checked(container.allocOutputContext2(null, "mp4", this.#path), "set up the MP4");
    container.setFlags(AVFMT_FLAG_BITEXACT);
    const stream = container.newStream(null);
    checked(stream.codecpar.fromContext(this.#encoder), "describe the video stream");
    stream.timeBase = this.#frameTime;
    stream.avgFrameRate = this.#frameTime.inv();
    this.#stream = stream;
    checked(await container.openOutput(), `open ${this.#path}`);
    checked(
      container.setOption("movflags", "+faststart+negative_cts_offsets"),
      "choose the layout of the MP4",
    );
    checked(await container.writeHeader(), `write ${this.#path}`);
  }

  /** Hands a frame (null at the end) to the encoder and writes what it gives back. */
  async send(frame: Frame | null): Promise<void> {
    checked(await this.#encoder.sendFrame(frame), "encode a picture");
    const stream = present(this.#stream, "the video stream");
    for (;;) {
      const result = this.#encoder.receivePacketSync(this.#packet);
      if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
      checked(result, "take an encoded picture");
      this.#packet.streamIndex = stream.index;
      this.#packet.duration = 1n;
      this.#packet.rescaleTs(this.#frameTime, stream.timeBase);
      checked(this.#container.interleavedWriteFrameSync(this.#packet), `write ${this.#path}`);
    }
  }

  async end(): Promise<void> {
    await this.send(null);
    checked(await this.#container.writeTrailer(), `finish ${this.#path}`);
  }

  async close(): Promise<void> {
    await this.#container.closeOutput();
    this.#container.freeContext();
    this.#packet.free();
  }
}
