import { setImmediate } from "node:timers/promises";
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PROFILE_AAC_LOW,
  type CodecContext,
  FF_ENCODER_AAC,
  type Packet,
} from "node-av";
import { Decoder, Demuxer, Encoder, FilterAPI } from "node-av/api";
import { present } from "./ffmpeg-result.ts";

export const SAMPLE_RATE = 48_000;
/** Samples in an AAC-LC frame. */
export const AAC_FRAME = 1024;

/** Packets made before other work of the process has its turn: about 30 ms of it. */
const PACKETS_A_TURN = 32;

export type EncodedAudio = {
  /** Describes the stream; valid until `free`. */
  readonly context: CodecContext;
  /** In order; packet n starts at sample n × 1024. */
  readonly packets: readonly Packet[];
  free(): void;
};

/**
 * Encodes an audio file to AAC-LC, 48 kHz stereo. The encoder's priming packet (1024 samples before the start) is
 * left out, so the sound begins at exactly 0 with no edit list; what it costs is a fade over the first 21 ms.
 */
export async function encodeAudio(file: string, kbps: number, signal?: AbortSignal): Promise<EncodedAudio> {
  await using input = await Demuxer.open(file);
  const stream = present(input.audio(), `sound in ${file}`);
  using decoder = await Decoder.create(stream);
  using filter = FilterAPI.create(
    `aresample=${SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=${AAC_FRAME}:p=1`,
  );
  const encoder = await Encoder.create(FF_ENCODER_AAC, {
    // The rate is a mean the encoder stays just below of: 2 % more keeps the promise.
    bitrate: Math.round(kbps * 1020),
    configure: (context) => {
      context.setFlags(AV_CODEC_FLAG_BITEXACT, AV_CODEC_FLAG_GLOBAL_HEADER);
      context.profile = AV_PROFILE_AAC_LOW;
    },
  });
  const packets: Packet[] = [];
  const free = () => {
    for (const packet of packets) packet.free();
    encoder.close();
  };
  try {
    // Called on this thread: to hand each frame of 21 ms to another thread takes longer than to encode it.
    const frames = filter.framesSync(decoder.framesSync(input.packetsSync(stream.index)));
    for (const packet of encoder.packetsSync(frames)) {
      if (packets.length % PACKETS_A_TURN === 0) await setImmediate();
      signal?.throwIfAborted();
      if (packet === null) continue;
      if (packet.pts < 0n) packet.free();
      else packets.push(packet);
    }
    return { context: present(encoder.getCodecContext(), "the AAC encoder"), packets, free };
  } catch (error) {
    free();
    throw error;
  }
}
