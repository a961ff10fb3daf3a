import { stat } from "node:fs/promises";
import type { AcceptanceCheck, AcceptanceReport, Research, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { ChangeMeter } from "./change-meter.ts";
import { checkAudioStream } from "./check-audio-stream.ts";
import { checkCaptionShape } from "./check-caption-shape.ts";
import { checkCaptionSync } from "./check-caption-sync.ts";
import { checkCaptionText } from "./check-caption-text.ts";
import { checkCitations } from "./check-citations.ts";
import { checkContainer } from "./check-container.ts";
import { checkCoverage } from "./check-coverage.ts";
import { checkLength, type ExpectedLength } from "./check-length.ts";
import { checkPicture } from "./check-picture.ts";
import { checkEncode, checkManifest, type RecordedArtifact } from "./check-record.ts";
import { checkSound } from "./check-sound.ts";
import { checkMusicUnderVoice, checkSpeechRate } from "./check-speech.ts";
import { checkStillness } from "./check-stillness.ts";
import { checkAvSync, checkPictureFollowsVoice } from "./check-sync.ts";
import { checkContrast, checkSafeArea } from "./check-texts.ts";
import { checkVideoStream } from "./check-video-stream.ts";
import { ContrastMeter } from "./contrast-meter.ts";
import { decodeEnvelope } from "./decode-envelope.ts";
import { decodePicture } from "./decode-picture.ts";
import { decodeSound } from "./decode-sound.ts";
import type { DrawnText } from "./drawn-text.ts";
import { FlashMeter } from "./flash-meter.ts";
import { LevelMeter } from "./level-meter.ts";
import { parseCaptions } from "./parse-captions.ts";
import { probeFilm } from "./probe-film.ts";
import { readMp4Boxes } from "./read-mp4-boxes.ts";
import { sha256Of } from "./sha256-of.ts";
import { type DrawFrame, SsimMeter } from "./ssim-meter.ts";
import { readingFilm } from "./unreadable-film.ts";

/** What the film was meant to be. Everything is optional; a check whose other half is missing is SKIP. */
export type ExpectedFilm = {
  /** Pixels and frames a second; default: the storyboard's. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fps?: number | undefined;
  /** BCP 47; default: the storyboard's, else English. */
  readonly language?: string | undefined;
  readonly length?: ExpectedLength | undefined;
  readonly storyboard?: Storyboard | undefined;
  readonly timing?: Timing | undefined;
  /** Contents of the caption files. */
  readonly captions_srt?: string | undefined;
  readonly captions_vtt?: string | undefined;
  /** Contents of script.md, and what it cites. */
  readonly script?: string | undefined;
  readonly research?: Research | undefined;
  /** Paths of audio files: the parts of the mix as they entered it. */
  readonly voice_stem?: string | undefined;
  readonly music_stem?: string | undefined;
  readonly texts?: readonly DrawnText[] | undefined;
  readonly draw_frame?: DrawFrame | undefined;
  readonly artifacts?: readonly RecordedArtifact[] | undefined;
};

export type MeasureOptions = {
  /** Path of the finished film. */
  readonly file: string;
  readonly expected: ExpectedFilm;
  readonly profile: QualityProfile;
  /** For the report. */
  readonly profile_name: string;
  readonly signal?: AbortSignal | undefined;
  /** 0…1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Opens a finished film, demuxes and decodes it, and holds it to a profile. The verdict is FAIL if any check fails,
 * WARN if any warns. A film that misses its measures is a report, not an error.
 * @throws UnreadableFilm when the file cannot be read or decoded, and the signal's reason when aborted.
 */
export async function measureVideo(options: MeasureOptions): Promise<AcceptanceReport> {
  const level = Log.getLevel();
  // The detectors write what they find to standard error as well.
  Log.setLevel(AV_LOG_ERROR);
  try {
    return await measure(options, options.signal ?? new AbortController().signal);
  } finally {
    Log.setLevel(level);
  }
}

async function measure(options: MeasureOptions, signal: AbortSignal): Promise<AcceptanceReport> {
  const { file, expected, profile } = options;
  signal.throwIfAborted();
  const [boxes, probe] = await readingFilm(signal, async () => [
    await readMp4Boxes(file),
    await probeFilm(file, signal),
  ]);
  const frameS = frameLength(probe.video?.packets.map((packet) => packet.pts_s) ?? []);
  const lengthS = (probe.video?.packets.length ?? 0) * frameS;
  const progress = progressOf(lengthS, options);

  const levels = new LevelMeter(profile.level_min, profile.level_max, profile.level_fraction);
  const flashes = new FlashMeter(profile.flash_area);
  const changes = new ChangeMeter();
  const contrast = new ContrastMeter(expected.texts ?? []);
  const ssim =
    expected.draw_frame === undefined ? null : new SsimMeter(expected.draw_frame, lengthS, 1 / frameS);
  const stem = (path: string | undefined) => (path === undefined ? null : decodeEnvelope(path, signal));
  const [sound, picture, voice, music] = await Promise.all([
    decodeSound(file, { ...profile, signal, onTime: progress.sound }),
    decodePicture(file, {
      ...profile,
      signal,
      onTime: progress.picture,
      observers: [levels, flashes, changes],
      full_frames: ssim === null ? [contrast] : [contrast, ssim],
    }),
    stem(expected.voice_stem),
    stem(expected.music_stem),
  ]);

  const { storyboard, timing } = expected;
  const language = expected.language ?? storyboard?.language ?? "en";
  const asked = {
    width: expected.width ?? storyboard?.width,
    height: expected.height ?? storyboard?.height,
    fps: expected.fps ?? storyboard?.fps,
  };
  const srt = expected.captions_srt === undefined ? null : parseCaptions(expected.captions_srt);
  const vtt = expected.captions_vtt === undefined ? null : parseCaptions(expected.captions_vtt);
  const cues = srt ?? probe.subtitles ?? vtt;
  const film = sound?.envelope ?? null;
  const size = probe.video === null ? null : probe.video.stream;
  const checks: AcceptanceCheck[] = [
    ...checkContainer(probe, boxes, frameS),
    ...checkVideoStream(probe, picture, asked, profile),
    ...checkAudioStream(probe, boxes, profile),
    ...checkSound(sound, profile),
    checkMusicUnderVoice(voice, music, timing, profile),
    ...checkLength(picture?.span ?? null, sound?.span ?? null, frameS, expected.length, profile),
    checkAvSync(film, voice, timing, profile),
    checkPictureFollowsVoice(changes.finish(), timing, profile),
    ...checkStillness(picture, profile),
    ...checkPicture(levels, flashes, picture !== null, profile),
    checkContrast(contrast, expected.texts, Math.min(size?.width ?? 0, size?.height ?? 0), profile),
    checkSafeArea(expected.texts, size, profile),
    ...checkCaptionText({ srt, vtt, track: probe.subtitles }, storyboard, timing),
    checkCoverage({ storyboard, timing, cues, voice: voice ?? film, picture }, profile),
    ...checkCaptionShape(cues, language, frameS, profile),
    ...checkCaptionSync(cues, timing, language, frameS, profile),
    checkSpeechRate(timing, language, profile),
    ...checkCitations({ script: expected.script, research: expected.research, storyboard, timing }),
    checkEncode(ssim, profile),
    await checkManifest(expected.artifacts),
  ];
  const report: AcceptanceReport = {
    verdict: verdictOf(checks),
    profile: options.profile_name,
    file: {
      sha256: await sha256Of(file),
      size_bytes: (await stat(file)).size,
      duration_s: (picture ?? sound)?.span.end_s ?? 0,
    },
    checks,
    manifest: (expected.artifacts ?? []).map(({ name, kind, sha256, made_by, inputs }) => ({
      name,
      kind,
      sha256,
      made_by,
      inputs: [...(inputs ?? [])],
    })),
  };
  options.onProgress?.(1);
  return report;
}

export function verdictOf(checks: readonly AcceptanceCheck[]): AcceptanceReport["verdict"] {
  if (checks.some((check) => check.status === "FAIL")) return "FAIL";
  return checks.some((check) => check.status === "WARN") ? "WARN" : "PASS";
}

/** Mean seconds from one frame to the next. */
function frameLength(times: readonly number[]): number {
  const first = times.reduce((low, time) => Math.min(low, time), Infinity);
  const last = times.reduce((high, time) => Math.max(high, time), -Infinity);
  return times.length < 2 ? 0 : (last - first) / (times.length - 1);
}

/** Sound and picture are decoded side by side; decoding the picture is nearly all of the work. */
function progressOf(lengthS: number, options: MeasureOptions) {
  const done = { sound: 0, picture: 0 };
  const track = (part: keyof typeof done) => (seconds: number) => {
    done[part] = lengthS > 0 ? Math.min(1, seconds / lengthS) : 0;
    options.onProgress?.(0.02 + 0.1 * done.sound + 0.85 * done.picture);
  };
  return { sound: track("sound"), picture: track("picture") };
}
