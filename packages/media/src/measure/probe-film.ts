import { setImmediate } from "node:timers/promises";
import { Demuxer } from "node-av/api";
import {
  AV_CODEC_ID_MOV_TEXT,
  AV_NOPTS_VALUE,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  type AVPixelFormat,
} from "node-av/constants";
import { avGetPixFmtName, type Stream } from "node-av/lib";
import type { TextCue } from "./parse-captions.ts";

/** Packets read before other work of the process has its turn: a few milliseconds of it. */
const PACKETS_A_TURN = 128;

/** One packet of the video as the container holds it, in decoding order. */
export type VideoPacket = {
  readonly pts_s: number;
  readonly is_key: boolean;
  /** Holds an H.264 IDR slice, so nothing after it refers to anything before it. */
  readonly is_idr: boolean;
};

export type FilmProbe = {
  readonly format_name: string;
  readonly video: {
    readonly stream: StreamFacts;
    readonly packets: readonly VideoPacket[];
    /** Seconds of one tick. */
    readonly tick_s: number;
  } | null;
  readonly audio: { readonly stream: StreamFacts; readonly bytes: number; readonly length_s: number } | null;
  /** Cues of the soft subtitle track (mov_text); null when the film has none. */
  readonly subtitles: readonly TextCue[] | null;
};

/** What the container says of one stream. Numbers named `*_id` are FFmpeg's. */
export type StreamFacts = {
  readonly codec_id: number;
  readonly profile_id: number;
  /** FFmpeg's name of the pixel format, `yuv420p`; empty for sound. */
  readonly pixel_format: string;
  readonly width: number;
  readonly height: number;
  readonly primaries_id: number;
  readonly transfer_id: number;
  readonly matrix_id: number;
  readonly range_id: number;
  readonly sample_rate: number;
  readonly channels: number;
  /** First presentation time, edit lists applied. */
  readonly start_s: number;
};

/**
 * Demuxes the whole file once, decoding nothing: stream parameters, video timestamps and key frames, audio bytes,
 * and the text of a soft subtitle track. @throws Error when the file is no media file.
 */
export async function probeFilm(file: string, signal?: AbortSignal): Promise<FilmProbe> {
  await using demuxer = await Demuxer.open(file);
  const video = demuxer.streams.find((s) => s.codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  const audio = demuxer.streams.find((s) => s.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  const text = demuxer.streams.find(
    (s) => s.codecpar.codecType === AVMEDIA_TYPE_SUBTITLE && s.codecpar.codecId === AV_CODEC_ID_MOV_TEXT,
  );
  const packets: VideoPacket[] = [];
  const cues: TextCue[] = [];
  let audioBytes = 0;
  let audioS = 0;
  let read = 0;
  for (const packet of demuxer.packetsSync()) {
    if (packet === null) break;
    if (++read % PACKETS_A_TURN === 0) await setImmediate();
    signal?.throwIfAborted();
    if (packet.streamIndex === video?.index) {
      const isKey = packet.isKeyframe;
      packets.push({
        pts_s: Number(packet.pts) * tick(video),
        is_key: isKey,
        is_idr: isKey && hasIdrSlice(packet.data),
      });
    } else if (packet.streamIndex === audio?.index) {
      audioBytes += packet.size;
      audioS += Number(packet.duration) * tick(audio);
    } else if (packet.streamIndex === text?.index && text !== undefined) {
      const start = Number(packet.pts) * tick(text);
      const words = movText(packet.data);
      if (words.length > 0) {
        cues.push({ start_s: start, end_s: start + Number(packet.duration) * tick(text), lines: words });
      }
    }
    packet.free();
  }
  return {
    format_name: demuxer.formatName,
    video: video === undefined ? null : { stream: factsOf(video), packets, tick_s: tick(video) },
    audio: audio === undefined ? null : { stream: factsOf(audio), bytes: audioBytes, length_s: audioS },
    subtitles: text === undefined ? null : cues,
  };
}

function tick(stream: Stream): number {
  return stream.timeBase.num / stream.timeBase.den;
}

function factsOf(stream: Stream): StreamFacts {
  const par = stream.codecpar;
  return {
    codec_id: par.codecId,
    profile_id: par.profile,
    pixel_format:
      par.codecType === AVMEDIA_TYPE_VIDEO ? (avGetPixFmtName(par.format as AVPixelFormat) ?? "") : "",
    width: par.width,
    height: par.height,
    primaries_id: par.colorPrimaries,
    transfer_id: par.colorTrc,
    matrix_id: par.colorSpace,
    range_id: par.colorRange,
    sample_rate: par.sampleRate,
    channels: par.channels,
    start_s: stream.startTime === AV_NOPTS_VALUE ? 0 : Number(stream.startTime) * tick(stream),
  };
}

const IDR_SLICE = 5;

/** Walks the length-prefixed NAL units of an MP4 sample (ISO/IEC 14496-15, four-byte lengths). */
function hasIdrSlice(data: Buffer | null): boolean {
  if (data === null) return false;
  for (let at = 0; at + 5 <= data.length; at += 4 + data.readUInt32BE(at)) {
    if (((data[at + 4] ?? 0) & 0x1f) === IDR_SLICE) return true;
  }
  return false;
}

/** Lines of one mov_text sample: a 16-bit length, then UTF-8; style boxes may follow. Empty between two cues. */
function movText(data: Buffer | null): string[] {
  if (data === null || data.length < 2) return [];
  const text = data.toString("utf8", 2, 2 + data.readUInt16BE(0));
  return text.split("\n").filter((line) => line.trim() !== "");
}
