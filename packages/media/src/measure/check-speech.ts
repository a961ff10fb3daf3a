import type { AcceptanceCheck, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import { type LevelEnvelope, levelBetween } from "./level-envelope.ts";

/** Words a minute over the time somebody speaks, pauses inside a beat included. */
export function checkSpeechRate(
  timing: Timing | undefined,
  language: string,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "speech_rate",
    group: "script",
    threshold: `${profile.speech_wpm_min}–${profile.speech_wpm_max}`,
    unit: "words a minute",
    source: "BBC subtitle guidelines",
  };
  if (timing === undefined) return skipped(row, "no word times were given");
  if (!/^en\b/i.test(language)) return skipped(row, "the limits are for English words");
  const beats = timing.beats.filter((beat) => beat.words.length > 0);
  const rateOf = (some: typeof beats) => {
    const words = some.reduce((sum, beat) => sum + beat.words.length, 0);
    const spoken = some.reduce(
      (sum, beat) => sum + (beat.words.at(-1)?.end_s ?? 0) - (beat.words[0]?.start_s ?? 0),
      0,
    );
    return spoken > 0 ? (words * 60) / spoken : null;
  };
  const rate = rateOf(beats);
  if (rate === null) return skipped(row, "nobody speaks");
  return measured(row, passIf(rate >= profile.speech_wpm_min && rate <= profile.speech_wpm_max), rate);
}

/** How far the music lies below the voice while somebody speaks, beat by beat; the stems as they entered the mix. */
export function checkMusicUnderVoice(
  voice: LevelEnvelope | null,
  music: LevelEnvelope | null,
  timing: Timing | undefined,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "music_under_voice",
    group: "audio",
    threshold: `≥ ${profile.music_below_voice_db}`,
    unit: "dB below",
    source: "WCAG 1.4.7",
  };
  if (voice === null) return skipped(row, "no voice stem was given");
  if (music === null) return skipped(row, "no music stem was given");
  if (timing === undefined) return skipped(row, "no word times were given");
  const below = timing.beats.flatMap((beat) => {
    const first = beat.words[0];
    const last = beat.words.at(-1);
    if (first === undefined || last === undefined) return [];
    const speech = levelBetween(voice, first.start_s, last.end_s);
    return [{ start_s: first.start_s, db: speech - levelBetween(music, first.start_s, last.end_s) }];
  });
  if (below.length === 0) return skipped(row, "nobody speaks");
  const loud = below.filter((beat) => beat.db < profile.music_below_voice_db);
  const least = below.reduce((low, beat) => Math.min(low, beat.db), Infinity);
  return measured(row, passIf(loud.length === 0), least, { at: loud.map((beat) => beat.start_s) });
}
