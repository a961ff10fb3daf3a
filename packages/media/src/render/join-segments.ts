/**
 * Segments, sound, captions and chapters to the finished MP4. The packets of segments and sound are copied as they
 * are, a segment's one frame of film time each. Everything starts at exactly 0 and there is no edit list and no
 * clock time in the file. A failure or an abort leaves no file behind.
 */

import { rm } from "node:fs/promises";
import { AVFMT_FLAG_BITEXACT, Dictionary, FormatContext, type Packet, Rational, type Stream } from "node-av";
import { AAC_FRAME, SAMPLE_RATE } from "./encode-audio.ts";
import { checked } from "./ffmpeg-result.ts";
import { type Chapter, finishIndex, indexRoom } from "./mp4-index.ts";
import { type EncodedAudio, readAudio } from "./read-audio.ts";
import { RenderFailure } from "./render-failure.ts";
import { SegmentReader } from "./segment-reader.ts";
import {
  describeSubtitles,
  SUBTITLE_TICKS,
  type SubtitleCue,
  subtitlePackets,
  threeLetterLanguage,
} from "./subtitle-track.ts";

export type JoinSegments = {
  /** MP4s of `encodeFrames` with equal settings, in order of play. */
  readonly segments: readonly string[];
  /** MP4 of `encodeAudio`: the sound of the whole film; it starts with the picture. */
  readonly audio: string;
  /** A soft track that is off until chosen. `language` is a BCP 47 tag. */
  readonly subtitles?: { readonly cues: readonly SubtitleCue[]; readonly language: string } | undefined;
  readonly chapters: readonly Chapter[];
  /** `title`, `comment` … of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly fps: number;
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
};

type Track = {
  readonly stream: Stream;
  readonly packets: readonly Packet[];
  readonly timeBase: Rational;
  next: number;
};

function tagged(values: Readonly<Record<string, string>>): Dictionary {
  return Dictionary.fromObject(values);
}

/** The segments' frame counts, once it is sure that their packets can follow one another. */
async function surveySegments(paths: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  let first: Buffer | undefined;
  for (const path of paths) {
    const segment = await SegmentReader.open(path);
    try {
      first ??= Buffer.from(segment.parameterSets);
      if (!first.equals(segment.parameterSets)) {
        throw new RenderFailure(
          "render_failed",
          `the segment ${path} was encoded with other settings than ${paths[0]}; render both beats again`,
        );
      }
      counts.push(segment.frame_count);
    } finally {
      await segment.close();
    }
  }
  if (first === undefined) throw new RenderFailure("render_failed", "there are no segments to join");
  return counts;
}

function assertSoundFits(audio: EncodedAudio, filmS: number, fps: number, file: string): void {
  const soundS = (audio.packets.length * AAC_FRAME) / SAMPLE_RATE;
  if (soundS < filmS - 2 / fps || soundS > filmS + 2) {
    throw new RenderFailure(
      "render_failed",
      `${file} lasts ${soundS.toFixed(3)} s but the picture ${filmS.toFixed(3)} s: mix it to the picture's length (at most 2 frames shorter, 2 s longer)`,
    );
  }
}

/** @throws RenderFailure `render_failed`; the signal's reason when aborted. */
export async function joinSegments(job: JoinSegments): Promise<{ frame_count: number; duration_s: number }> {
  const { segments, fps, out, signal } = job;
  const counts = await surveySegments(segments);
  const frameCount = counts.reduce((sum, count) => sum + count, 0);
  const filmS = frameCount / fps;
  signal?.throwIfAborted();
  const audio = await readAudio(job.audio);
  const captions = job.subtitles ? subtitlePackets(job.subtitles.cues, filmS) : [];
  try {
    assertSoundFits(audio, filmS, fps, job.audio);
    await mux(job, audio, captions, frameCount);
    await finishIndex(out, job.chapters);
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  } finally {
    await audio.close();
    for (const packet of captions) packet.free();
  }
  return { frame_count: frameCount, duration_s: filmS };
}

async function mux(
  job: JoinSegments,
  audio: EncodedAudio,
  captions: readonly Packet[],
  frameCount: number,
): Promise<void> {
  const { segments, fps, out, signal, subtitles } = job;
  const frameTime = new Rational(1, fps);
  const container = new FormatContext();
  const first = await SegmentReader.open(segments[0] ?? "");
  try {
    checked(container.allocOutputContext2(null, "mp4", out), "set up the MP4");
    container.setFlags(AVFMT_FLAG_BITEXACT);
    container.metadata = tagged(job.metadata);
    const video = container.newStream(null);
    checked(first.stream.codecpar.copy(video.codecpar), "describe the picture");
    video.codecpar.codecTag = 0;
    video.timeBase = frameTime;
    video.avgFrameRate = frameTime.inv();
    const delay = video.codecpar.videoDelay;

    const sound = container.newStream(null);
    checked(audio.parameters.copy(sound.codecpar), "describe the sound");
    sound.codecpar.codecTag = 0;
    sound.timeBase = new Rational(1, SAMPLE_RATE);
    const tracks: Track[] = [
      { stream: sound, packets: audio.packets, timeBase: new Rational(1, SAMPLE_RATE), next: 0 },
    ];
    if (subtitles !== undefined) {
      const text = container.newStream(null);
      describeSubtitles(text);
      text.timeBase = new Rational(1, SUBTITLE_TICKS);
      const language = threeLetterLanguage(subtitles.language);
      text.metadata = tagged({ language });
      sound.metadata = tagged({ language });
      // Captions go first where times are equal, or the muxer closes the one before with an empty sample.
      tracks.unshift({ stream: text, packets: captions, timeBase: new Rational(1, SUBTITLE_TICKS), next: 0 });
    }
    const titles = [...Object.values(job.metadata), ...job.chapters.map(({ title }) => title)];
    const room = indexRoom(frameCount + audio.packets.length + captions.length, titles.join("").length);
    checked(container.setOption("movflags", "+negative_cts_offsets"), "choose the layout of the MP4");
    checked(container.setOption("moov_size", room), "reserve room for the MP4's index");
    checked(await container.openOutput(), `open ${out}`);
    checked(await container.writeHeader(), `write ${out}`);

    const writeUntil = (seconds: number) => {
      for (const track of tracks) {
        for (
          let packet = track.packets[track.next];
          packet !== undefined;
          packet = track.packets[track.next]
        ) {
          if (Number(packet.pts) * track.timeBase.toDouble() > seconds) break;
          packet.streamIndex = track.stream.index;
          packet.rescaleTs(track.timeBase, track.stream.timeBase);
          checked(container.interleavedWriteFrameSync(packet), `write ${out}`);
          track.next++;
        }
      }
    };

    let written = 0;
    for (const path of segments) {
      const segment = await SegmentReader.open(path);
      const start = written;
      try {
        for (let packet = segment.next(); packet !== null; packet = segment.next()) {
          signal?.throwIfAborted();
          const shown = Math.round(Number(packet.pts) * segment.stream.timeBase.toDouble() * fps);
          packet.streamIndex = video.index;
          packet.pts = BigInt(start + shown);
          packet.dts = BigInt(written - delay);
          packet.duration = 1n;
          packet.rescaleTs(frameTime, video.timeBase);
          writeUntil(written / fps);
          checked(container.interleavedWriteFrameSync(packet), `write ${out}`);
          packet.free();
          written++;
        }
      } finally {
        await segment.close();
      }
    }
    writeUntil(Number.POSITIVE_INFINITY);
    checked(await container.writeTrailer(), `finish ${out}`);
  } finally {
    await first.close();
    await container.closeOutput();
    container.freeContext();
  }
}
