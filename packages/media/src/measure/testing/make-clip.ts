/**
 * Makes tiny films for tests, in process: pictures painted by a function of time, sound synthesised by a function of
 * time, captions as a soft track.
 */
import { Encoder } from "node-av/api";
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_CLOSED_GOP,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_MOV_TEXT,
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AV_PROFILE_AAC_LOW,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVMEDIA_TYPE_SUBTITLE,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { type CodecContext, FFmpegError, FormatContext, Frame, Log, Packet, Rational } from "node-av/lib";
import type { TextCue } from "../parse-captions.ts";

export const RATE = 48_000;
const SAMPLES = 1024;

export type Clip = {
  readonly file: string;
  readonly length_s: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** Fills the luma plane (width × height, 16…235) of the frame at `time_s`. */
  readonly paint: (luma: Uint8Array, time_s: number) => void;
  /** One sample (both channels) at `time_s`, −1…1. */
  readonly sound: (time_s: number) => number;
  readonly cues?: readonly TextCue[];
  /** Frames between key frames. */
  readonly gop?: number;
  readonly faststart?: boolean;
};

type Track = { packets: Packet[]; timeBase: Rational; next: number; index: number };

/** Encodes H.264 High and AAC-LC at 192 kb/s and writes an MP4. */
export async function makeClip(clip: Clip): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  const video = await encodeVideo(clip);
  const audio = await encodeAudio(clip);
  const container = new FormatContext();
  check(container.allocOutputContext2(null, "mp4", clip.file));
  const tracks: Track[] = [];
  for (const { encoder, packets, timeBase } of [video, audio]) {
    const stream = container.newStream(null);
    check(stream.codecpar.fromContext(contextOf(encoder)));
    stream.timeBase = timeBase;
    tracks.push({ packets, timeBase, next: 0, index: stream.index });
  }
  if (clip.cues !== undefined) {
    const stream = container.newStream(null);
    stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
    stream.codecpar.codecId = AV_CODEC_ID_MOV_TEXT;
    stream.timeBase = new Rational(1, 1000);
    tracks.push({
      packets: textPackets(clip.cues, clip.length_s),
      timeBase: new Rational(1, 1000),
      next: 0,
      index: stream.index,
    });
  }
  if (clip.faststart ?? true) check(container.setOption("movflags", "+faststart"));
  check(await container.openOutput());
  check(await container.writeHeader());
  for (let track = nextTrack(tracks); track !== null; track = nextTrack(tracks)) {
    const packet = track.packets[track.next++];
    const stream = container.streams[track.index];
    if (packet === undefined || stream === undefined) break;
    packet.streamIndex = track.index;
    packet.rescaleTs(track.timeBase, stream.timeBase);
    check(await container.interleavedWriteFrame(packet));
  }
  check(await container.writeTrailer());
  await container.closeOutput();
  container.freeContext();
  video.encoder.close();
  audio.encoder.close();
}

/** The track whose next packet comes first; null when all are written. */
function nextTrack(tracks: readonly Track[]): Track | null {
  let first: Track | null = null;
  let earliest = Infinity;
  for (const track of tracks) {
    const packet = track.packets[track.next];
    if (packet === undefined) continue;
    const time = Number(packet.dts) * track.timeBase.toDouble();
    if (time < earliest) [first, earliest] = [track, time];
  }
  return first;
}

async function encodeVideo(clip: Clip) {
  const { width, height, fps } = clip;
  const timeBase = new Rational(1, fps);
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    gopSize: clip.gop ?? fps * 2,
    threadCount: 1,
    options: { preset: "veryfast", crf: 18 },
    configure: (context) => {
      context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_CLOSED_GOP);
      context.colorSpace = AVCOL_SPC_BT709;
      context.colorRange = AVCOL_RANGE_MPEG;
      context.colorPrimaries = AVCOL_PRI_BT709;
      context.colorTrc = AVCOL_TRC_BT709;
    },
  });
  const packets: Packet[] = [];
  const data = Buffer.alloc((width * height * 3) / 2, 128);
  for (let index = 0; index < Math.round(clip.length_s * fps); index++) {
    clip.paint(data.subarray(0, width * height), index / fps);
    const frame = Frame.fromVideoBuffer(data, {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      timeBase,
      pts: BigInt(index),
    });
    frame.duration = 1n;
    packets.push(...(await encoder.encodeAll(frame)));
    frame.free();
  }
  packets.push(...(await encoder.encodeAll(null)));
  return { encoder, packets, timeBase };
}

async function encodeAudio(clip: Clip) {
  const encoder = await Encoder.create(FF_ENCODER_AAC, {
    bitrate: 196_000,
    configure: (context) => {
      context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
      context.profile = AV_PROFILE_AAC_LOW;
    },
  });
  const timeBase = new Rational(1, RATE);
  const packets: Packet[] = [];
  for (let start = 0; start < clip.length_s * RATE; start += SAMPLES) {
    const plane = Float32Array.from({ length: SAMPLES }, (_, i) => clip.sound((start + i) / RATE));
    const both = new Float32Array(2 * SAMPLES);
    both.set(plane, 0);
    both.set(plane, SAMPLES);
    const frame = Frame.fromAudioBuffer(Buffer.from(both.buffer), {
      nbSamples: SAMPLES,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: RATE,
      channelLayout: AV_CHANNEL_LAYOUT_STEREO,
      timeBase,
      pts: BigInt(start),
    });
    packets.push(...(await encoder.encodeAll(frame)));
    frame.free();
  }
  packets.push(...(await encoder.encodeAll(null)));
  return { encoder, packets, timeBase };
}

function textPackets(cues: readonly TextCue[], lengthS: number): Packet[] {
  const packets: Packet[] = [];
  const add = (startS: number, endS: number, text: string) => {
    const words = Buffer.from(text, "utf8");
    const packet = new Packet();
    packet.alloc();
    packet.data = Buffer.concat([Buffer.from([words.length >> 8, words.length & 255]), words]);
    packet.pts = packet.dts = BigInt(Math.round(startS * 1000));
    packet.duration = BigInt(Math.round((endS - startS) * 1000));
    packet.isKeyframe = true;
    packets.push(packet);
  };
  let at = 0;
  for (const cue of cues) {
    if (cue.start_s > at) add(at, cue.start_s, "");
    add(cue.start_s, cue.end_s, cue.lines.join("\n"));
    at = cue.end_s;
  }
  if (at < lengthS) add(at, lengthS, "");
  return packets;
}

function contextOf(encoder: Encoder): CodecContext {
  const context = encoder.getCodecContext();
  if (context === null) throw new Error("the encoder was not opened");
  return context;
}

function check(result: number): void {
  FFmpegError.throwIfError(result, "making a clip");
}
