import {
  AV_CODEC_ID_AAC,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  type CodecParameters,
  FormatContext,
  Packet,
} from "node-av";
import { AAC_FRAME } from "./encode-audio.ts";
import { checked } from "./ffmpeg-result.ts";
import { RenderFailure } from "./render-failure.ts";

export type EncodedAudio = {
  /** Describes the stream; valid until `close`. */
  readonly parameters: CodecParameters;
  /** In order; packet n starts at sample n × 1024. They are gone with `close`. */
  readonly packets: readonly Packet[];
  close(): Promise<void>;
};

/** Reads the packets of a file of `encodeAudio`. @throws RenderFailure `render_failed` when it is none. */
export async function readAudio(file: string): Promise<EncodedAudio> {
  const input = new FormatContext();
  const packets: Packet[] = [];
  checked(await input.openInput(file), `open the sound ${file}`);
  const close = async () => {
    for (const packet of packets) packet.free();
    await input.closeInput();
  };
  try {
    const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    if (stream?.codecpar.codecId !== AV_CODEC_ID_AAC)
      throw new RenderFailure("render_failed", `${file} is no encoded sound; encode it before joining`);
    for (;;) {
      const packet = new Packet();
      packet.alloc();
      packets.push(packet);
      const result = input.readFrameSync(packet);
      if (result === AVERROR_EOF) break;
      checked(result, `read the sound ${file}`);
      packet.pts = packet.dts = BigInt((packets.length - 1) * AAC_FRAME);
    }
    packets.pop()?.free();
    return { parameters: stream.codecpar, packets, close };
  } catch (error) {
    await close();
    throw error;
  }
}
