import { z } from "zod";

const db = z.number().min(-100).max(24);
const seconds = z.number().min(0).max(600);
const hex = z.string().regex(/^#[0-9a-f]{6}$/i, "#rrggbb");

const phrases = z.array(z.string().trim().min(1)).min(1);

/** What a reviewer's words at the audio gate change, and the words. `rate_min` and `rate_max` are shares of the configured rate. */
const directions = z
  .strictObject({
    /** Share of `pacing.words_per_minute` that one `slower` or `faster` changes. */
    rate_step: z.number().min(0.01).max(0.3),
    rate_min: z.number().min(0.5).max(1),
    rate_max: z.number().min(1).max(2),
    /** Decibels that one `louder` or `quieter` changes one beat's voice by, and most of them together. */
    level_step_db: z.number().min(0.5).max(12),
    level_limit_db: z.number().min(0.5).max(24),
    /** The same for the music. */
    music_step_db: z.number().min(0.5).max(12),
    music_limit_db: z.number().min(0.5).max(60),
    words: z.strictObject({
      slower: phrases,
      faster: phrases,
      louder: phrases,
      quieter: phrases,
      music: phrases,
      voice: phrases,
      off: phrases,
      on: phrases,
      /** Between two directions of one line, as a comma is. */
      and: phrases,
      /** Words that change nothing: a line of these and the others is understood, any other is for people. */
      filler: z.array(z.string().trim().min(1)),
    }),
  })
  .refine((d) => d.level_step_db <= d.level_limit_db, {
    path: ["level_step_db"],
    message: "one step is at most level_limit_db",
  })
  .refine((d) => d.music_step_db <= d.music_limit_db, {
    path: ["music_step_db"],
    message: "one step is at most music_limit_db",
  });
export type AudioDirections = z.infer<typeof directions>;

const preset = z.enum(["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]);

/** `conf/render.yaml`: how a video looks, sounds and is encoded, and what it must measure. Lengths in seconds. */
export const render = z.strictObject({
  video: z.strictObject({
    fps: z.int().min(10).max(60),
    /** libx264 settings. `threads` is fixed because it changes the bytes. */
    preset,
    crf: z.number().min(0).max(40),
    threads: z.int().min(1).max(64),
    gop_s: z.number().min(0.2).max(10),
    audio_kbps: z.int().min(64).max(512),
    /** Height of the short side of an animatic, pixels. */
    animatic_short_side: z.int().min(120).max(720),
    animatic_preset: preset,
    animatic_crf: z.number().min(0).max(40),
    animatic_fps: z.int().min(5).max(60),
  }),
  pacing: z.strictObject({
    beat_min_s: seconds,
    beat_max_s: seconds,
    card_min_s: seconds,
    /** Silence before and after a beat's speech. */
    lead_s: seconds,
    tail_s: seconds,
    transition_s: seconds,
    words_per_minute: z.number().min(80).max(260),
  }),
  look: z.strictObject({
    background: hex,
    surface: hex,
    text: hex,
    accent: hex,
    accent_2: hex,
    /** Fraction of the frame kept clear at each side. */
    margin: z.number().min(0).max(0.3),
    /** Scale reached over a beat by a slow push (1.08 = 8 %). */
    push: z.number().min(1).max(1.5),
  }),
  captions: z.strictObject({
    burn_in: z.boolean(),
    style: z.enum(["plate", "outline", "karaoke"]),
    /** Pixels at a short side of 1080. */
    size_px: z.number().min(16).max(160),
    max_chars: z.int().min(10).max(80),
    max_lines: z.int().min(1).max(2),
    min_s: seconds,
    max_s: seconds,
    gap_frames: z.int().min(0).max(30),
    max_chars_per_s: z.number(),
  }),
  speech: z.strictObject({
    /** Voice of each language, `provider/voice`; `*` for the rest. */
    voices: z.record(z.string(), z.string()),
    loudness_lufs: db,
    highpass_hz: z.number().min(0).max(400),
  }),
  music: z.strictObject({
    loudness_lufs: db,
    dip_db: db,
    dip_hz: z.number(),
    duck_ratio: z.number().min(1).max(20),
    duck_attack_ms: z.number().min(1),
    duck_release_ms: z.number().min(1),
    duck_db: z.number().min(0).max(30),
  }),
  /** Without it (jobs and files from before it) no direction is understood at the audio gate. */
  directions: directions.optional(),
  /** Profile by name; `profile` says which one counts. */
  profile: z.string(),
  profiles: z.record(
    z.string(),
    z.strictObject({
      loudness_lufs: db,
      loudness_tolerance_lu: z.number().positive(),
      true_peak_dbtp: db,
      duration_tolerance: z.number().positive(),
      av_short_frames: z.number(),
      av_long_s: seconds,
      sync_early_ms: z.number(),
      sync_late_ms: z.number(),
      music_below_voice_db: z.number(),
      silence_s: seconds,
      silence_db: db,
      clipping_ms: z.number(),
      black_s: seconds,
      freeze_s: seconds,
      freeze_db: db,
      level_min: z.int(),
      level_max: z.int(),
      level_fraction: z.number(),
      caption_max_chars: z.int(),
      caption_max_lines: z.int(),
      caption_min_s: seconds,
      caption_max_s: seconds,
      caption_gap_frames: z.int(),
      caption_cps_warn: z.number(),
      caption_cps_fail: z.number(),
      contrast: z.number(),
      contrast_large: z.number(),
      speech_wpm_min: z.number(),
      speech_wpm_max: z.number(),
      audio_kbps_min: z.number(),
      /** Share of `audio_kbps_min` the sound may spend less when the encoder was allowed that rate. */
      audio_kbps_slack: z.number().min(0).max(1),
      ssim_min: z.number(),
      /** Longest closed group of pictures. */
      gop_s: z.number().positive(),
      /** First and last seconds of the film that may be black. */
      black_ends_s: seconds,
      /** General flashes (WCAG 2.3.1) within one second, and the share of the frame that must flash to count. */
      flashes_per_s: z.number(),
      flash_area: z.number().min(0).max(1),
      /** Frames between a caption's in-time and its first word, and its last word and out-time. */
      caption_in_frames: z.number(),
      caption_out_frames: z.number(),
      /** How near its narration a beat's picture must change, and how much: share of the frame that is new. */
      picture_change_s: seconds,
      picture_change_area: z.number().min(0).max(1),
      /** Shares of the frame kept clear of text at the top, right, bottom and left; `_tall` where height > width. */
      safe_area: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      safe_area_tall: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
});
export type Render = z.infer<typeof render>;
export type QualityProfile = Render["profiles"][string];
