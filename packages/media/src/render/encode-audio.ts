import { rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PROFILE_AAC_LOW,
  AVFMT_FLAG_BITEXACT,
  type CodecContext,
  FF_ENCODER_AAC,
  FormatContext,
  type Packet,
  Rational,
} from "node-av";
import { Decoder, Demuxer, Encoder, FilterAPI } from "node-av/api";
import { checked, present } from "./ffmpeg-result.ts";

export const SAMPLE_RATE = 48_000;
/** Samples in an AAC-LC frame. */
export const AAC_FRAME = 1024;

/** Packets made before other work of the process has its turn: about 30 ms of it. */
const PACKETS_A_TURN = 32;

export type EncodeAudio = {
  /** Path of the sound, any format FFmpeg reads. */
  readonly file: string;
  readonly kbps: number;
  /** `fast` takes a third of the time at the same rate and sounds a little worse. */
  readonly coder: "best" | "fast";
  /** Path of the MP4 to write. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
};

const CODERS = { best: "twoloop", fast: "fast" } as const;

/**
 * Encodes sound to an MP4 of one AAC-LC stream, 48 kHz stereo. The encoder's priming packet (1024 samples before the
 * start) is left out, so the sound begins at exactly 0 with no edit list; what it costs is a fade over the first 21 ms.
 * Same sound and settings, same bytes. A failure or an abort leaves no file.
 * @throws RenderFailure `render_failed`; the signal's reason when aborted.
 */
export async function encodeAudio(job: EncodeAudio): Promise<void> {
  const { kbps, coder, out } = job;
  job.signal?.throwIfAborted();
  using encoder = await Encoder.create(FF_ENCODER_AAC, {
    // The rate is a mean the encoder stays just below of: 2 % more keeps the promise.
    bitrate: Math.round(kbps * 1020),
    configure: (context) => {
      context.setFlags(AV_CODEC_FLAG_BITEXACT, AV_CODEC_FLAG_GLOBAL_HEADER);
      context.profile = AV_PROFILE_AAC_LOW;
      // Not among the encoder's `options`: a Dictionary given to open2 is freed twice.
      checked(context.setOption("aac_coder", CODERS[coder]), "choose the coder of the AAC encoder");
    },
  });
  const packets: Packet[] = [];
  try {
    await encodeInto(packets, encoder, job);
    await write(out, present(encoder.getCodecContext(), "the AAC encoder"), packets);
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  } finally {
    for (const packet of packets) packet.free();
  }
}

async function encodeInto(packets: Packet[], encoder: Encoder, { file, signal }: EncodeAudio): Promise<void> {
  await using input = await Demuxer.open(file);
  const stream = present(input.audio(), `sound in ${file}`);
  using decoder = await Decoder.create(stream);
  using filter = FilterAPI.create(
    `aresample=${SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=${AAC_FRAME}:p=1`,
  );
  // Called on this thread: to hand each frame of 21 ms to another thread takes longer than to encode it.
  const frames = filter.framesSync(decoder.framesSync(input.packetsSync(stream.index)));
  for (const packet of encoder.packetsSync(frames)) {
    if (packets.length % PACKETS_A_TURN === 0) await setImmediate();
    signal?.throwIfAborted();
    if (packet === null) continue;
    if (packet.pts < 0n) packet.free();
    else packets.push(packet);
  }
}

async function write(out: string, context: CodecContext, packets: readonly Packet[]): Promise<void> {
  const container = new FormatContext();
  try {
    checked(container.allocOutputContext2(null, "mp4", out), "set up the MP4");
    container.setFlags(AVFMT_FLAG_BITEXACT);
    const stream = container.newStream(null);
    const samples = new Rational(1, SAMPLE_RATE);
    checked(stream.codecpar.fromContext(context), "describe the sound");
    stream.codecpar.initialPadding = 0;
    stream.timeBase = samples;
    checked(await container.openOutput(), `open ${out}`);
    checked(await container.writeHeader(), `write ${out}`);
    for (const packet of packets) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(samples, stream.timeBase);
      checked(container.interleavedWriteFrameSync(packet), `write ${out}`);
    }
    checked(await container.writeTrailer(), `finish ${out}`);
  } finally {
    await container.closeOutput();
    container.freeContext();
  }
}
