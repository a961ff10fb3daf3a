import type { AcceptanceCheck, Timing } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import { type ChangeCurve, changeNear, usualChange } from "./change-meter.ts";
import { findLag, findOnset } from "./find-onset.ts";
import type { LevelEnvelope } from "./level-envelope.ts";

/** When speech really begins in the film against each beat's cue (its first word's time). Sound early is negative. */
export function checkAvSync(
  film: LevelEnvelope | null,
  voice: LevelEnvelope | null,
  timing: Timing | undefined,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "av_sync",
    group: "timing",
    threshold: `−${profile.sync_early_ms}/+${profile.sync_late_ms}`,
    unit: "ms",
    source: "EBU R37",
  };
  if (film === null) return skipped(row, "the film has no sound");
  if (timing === undefined) return skipped(row, "no word times were given");
  const spoken = timing.beats.filter((beat) => beat.words.length > 0);
  const offsets = spoken.flatMap((beat) => {
    const cue = beat.words[0]?.start_s ?? beat.start_s;
    const onset = onsetInFilm(film, voice, cue, beat.words.at(-1)?.end_s ?? cue);
    return onset === null ? [] : [{ cue, ms: (onset - cue) * 1000 }];
  });
  if (offsets.length === 0) return skipped(row, "no beat's speech begins clearly enough to time");
  const off = offsets.filter(({ ms }) => ms < -profile.sync_early_ms || ms > profile.sync_late_ms);
  const worst = offsets.reduce((far, { ms }) => (Math.abs(ms) > Math.abs(far) ? ms : far), 0);
  return measured(row, passIf(off.length === 0), worst, {
    at: off.map(({ cue }) => cue),
    note: `${offsets.length} of ${spoken.length} beats begin clearly enough to time`,
  });
}

/** The onset in the voice stem, carried over by the lag between stem and film; without a stem, in the film itself. */
function onsetInFilm(
  film: LevelEnvelope,
  voice: LevelEnvelope | null,
  cue: number,
  end: number,
): number | null {
  if (voice === null) return findOnset(film, cue);
  const onset = findOnset(voice, cue);
  const lag = findLag(voice, film, cue, end);
  return onset === null || lag === null ? null : onset + lag;
}

/** A beat's picture must change this much more than the film usually moves. */
const OVER_USUAL = 2;

/** Whether the decoded picture changes near each beat's narration cue; the first beat begins with the film. */
export function checkPictureFollowsVoice(
  curve: ChangeCurve,
  timing: Timing | undefined,
  profile: QualityProfile,
): AcceptanceCheck {
  const row = {
    id: "picture_follows_voice",
    group: "timing",
    threshold: `a change within ${profile.picture_change_s} s of every beat's narration`,
    unit: "beats",
    source: "the storyboard",
  };
  if (timing === undefined) return skipped(row, "no word times were given");
  if (curve.time_s.length === 0) return skipped(row, "the film has no picture to compare");
  const least = Math.max(profile.picture_change_area, OVER_USUAL * usualChange(curve));
  const cues = timing.beats.slice(1).map((beat) => beat.words[0]?.start_s ?? beat.start_s);
  if (cues.length === 0) return skipped(row, "there is only one beat");
  const still = cues.filter((cue) => changeNear(curve, cue, profile.picture_change_s) < least);
  return measured(row, passIf(still.length === 0), `${cues.length - still.length} of ${cues.length}`, {
    at: still,
  });
}
