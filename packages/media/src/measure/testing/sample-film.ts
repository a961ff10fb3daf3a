import type { Research, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import type { DrawnText } from "../drawn-text.ts";
import type { ExpectedFilm } from "../measure-video.ts";
import type { TextCue } from "../parse-captions.ts";
import type { Clip } from "./make-clip.ts";

const FPS = 30;
const WIDTH = 320;
const HEIGHT = 180;
const BEAT_S = 4;
const LENGTH_S = 2 * BEAT_S;
/** Each beat speaks eight words, one every 0.375 s from half a second in: 162 words a minute. */
const FIRST_WORD_S = 0.5;
const WORD_EVERY_S = 0.375;
const WORD_S = 0.33;
/** Gives −14 LUFS with this noise. */
const LOUDNESS = 0.24;

const SENTENCES = [
  "Forests store 40 percent of the carbon here.",
  "The soil keeps the rest for many years.",
] as const;

export const PROFILE: QualityProfile = {
  loudness_lufs: -14,
  loudness_tolerance_lu: 1,
  true_peak_dbtp: -1,
  duration_tolerance: 0.05,
  av_short_frames: 2,
  av_long_s: 2,
  sync_early_ms: 40,
  sync_late_ms: 60,
  music_below_voice_db: 20,
  silence_s: 3,
  silence_db: -60,
  clipping_ms: 250,
  black_s: 0.5,
  freeze_s: 3,
  freeze_db: -60,
  level_min: 5,
  level_max: 246,
  level_fraction: 0.01,
  caption_max_chars: 42,
  caption_max_lines: 2,
  caption_min_s: 0.8333,
  caption_max_s: 7,
  caption_gap_frames: 2,
  caption_cps_warn: 17,
  caption_cps_fail: 20,
  contrast: 4.5,
  contrast_large: 3,
  speech_wpm_min: 140,
  speech_wpm_max: 180,
  audio_kbps_min: 192,
  audio_kbps_slack: 0.3,
  ssim_min: 0.98,
  gop_s: 2,
  black_ends_s: 1,
  flashes_per_s: 3,
  flash_area: 0.25,
  caption_in_frames: 3,
  caption_out_frames: 12,
  picture_change_s: 1,
  picture_change_area: 0.02,
  safe_area: [0.05, 0.05, 0.05, 0.05],
  safe_area_tall: [0.14, 0.06, 0.35, 0.06],
};

/** A white "text" (stripes) on the dark ground of the first beat. */
export const TEXT: DrawnText = {
  text: "Forests",
  box: { x: 60, y: 60, width: 120, height: 24 },
  colours: ["#ffffff"],
  size_px: 20,
  is_bold: true,
  visible: { start_s: 0.5, end_s: 3.5 },
};

/** Two scenes: dark with a light bar that wanders, then light with a dark one. */
export function paint(luma: Uint8Array, timeS: number): void {
  const first = timeS < BEAT_S;
  luma.fill(first ? 50 : 170);
  const left = Math.round(20 + 30 * timeS);
  for (let y = 110; y < 150; y++) luma.fill(first ? 140 : 70, y * WIDTH + left, y * WIDTH + left + 40);
  if (!first) return;
  const { x, y, width, height } = TEXT.box;
  for (let row = y; row < y + height; row++) {
    for (let at = x; at < x + width; at++) if (Math.floor(at / 6) % 2 === 0) luma[row * WIDTH + at] = 235;
  }
}

/** Bursts of noise where a word is spoken. */
export function sound(timeS: number): number {
  const within = (timeS % BEAT_S) - FIRST_WORD_S;
  const word = Math.floor(within / WORD_EVERY_S);
  const isSpoken = timeS < LENGTH_S && within >= 0 && word < 8 && within - word * WORD_EVERY_S < WORD_S;
  return isSpoken ? LOUDNESS * noise(Math.round(timeS * 48_000)) : 0;
}

/** Repeatable noise, −1…1. */
function noise(n: number): number {
  const x = Math.imul((n + 1) ^ ((n + 1) >>> 15), 0x85ebca6b);
  return ((Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0) / 2 ** 31 - 1) * 0.9;
}

export const TIMING: Timing = {
  duration_s: LENGTH_S,
  beats: SENTENCES.map((sentence, b) => ({
    beat_id: `b0${b + 1}`,
    start_s: b * BEAT_S,
    end_s: (b + 1) * BEAT_S,
    words: sentence.split(" ").map((text, w) => {
      const start = b * BEAT_S + FIRST_WORD_S + w * WORD_EVERY_S;
      return { text, start_s: start, end_s: start + WORD_S };
    }),
  })),
  cues: [],
};

export const CUES: readonly TextCue[] = TIMING.beats.map((beat, b) => ({
  start_s: beat.start_s + FIRST_WORD_S,
  end_s: (beat.words.at(-1)?.end_s ?? 0) + 0.1,
  lines: [beat.words.slice(0, 3), beat.words.slice(3)].map((line) => line.map((word) => word.text).join(" ")),
}));

const STORYBOARD: Storyboard = {
  slug: "forests",
  title: "Forests",
  language: "en",
  fps: FPS,
  width: WIDTH,
  height: HEIGHT,
  beats: SENTENCES.map((narration, b) => ({
    id: `b0${b + 1}`,
    section: "main",
    narration,
    duration_s: BEAT_S,
    speech_s: 3,
    visual: { kind: "statement" as const, text: narration },
    on_screen_text: "",
    motion: "push_in" as const,
    transition: "cut" as const,
    citations: ["S1"],
  })),
};

const RESEARCH: Research = {
  sources: [
    {
      id: "S1",
      title: "Forest report",
      origin: "text",
      media_type: "text/plain",
      sha256: "0".repeat(64),
      passages: [
        {
          id: "S1.1",
          text: "In this region forests store 40 percent of all carbon, “the rest lies in the soil”.",
          heading: null,
          start: 0,
          end: 80,
          sha256: "0".repeat(64),
        },
      ],
    },
  ],
};

export const SCRIPT = `# Forests\n\n## main\n\n${SENTENCES[0]} [S1] It says that “the rest lies in the soil” [S1].\n`;

/** SubRip text of captions. */
export function srt(cues: readonly TextCue[]): string {
  const time = (s: number) => new Date(Math.round(s * 1000)).toISOString().slice(11, 23).replace(".", ",");
  return cues
    .map((cue, i) => `${i + 1}\n${time(cue.start_s)} --> ${time(cue.end_s)}\n${cue.lines.join("\n")}\n`)
    .join("\n");
}

/** The film that every check accepts, to be written to `file`. */
export function goodClip(file: string): Clip {
  return { file, length_s: LENGTH_S, fps: FPS, width: WIDTH, height: HEIGHT, paint, sound, cues: CUES };
}

/** Everything known of that film. */
export function goodExpected(): ExpectedFilm {
  return {
    storyboard: STORYBOARD,
    timing: TIMING,
    length: { target_s: LENGTH_S },
    captions_srt: srt(CUES),
    captions_vtt: `WEBVTT\n\n${srt(CUES).replace(/(\d),(\d)/g, "$1.$2")}`,
    script: SCRIPT,
    research: RESEARCH,
    texts: [TEXT],
    draw_frame: async (_index, timeS) => drawn(timeS),
  };
}

/** The frame as RGBA: video-range greys spread to the full range. */
function drawn(timeS: number): Uint8Array {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  paint(luma, timeS);
  const rgba = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  for (const [i, value] of luma.entries()) rgba.fill(((value - 16) * 255) / 219, i * 4, i * 4 + 3);
  return rgba;
}
