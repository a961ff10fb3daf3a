import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import type { SoundMeasures } from "./decode-sound.ts";
import { lengthOf } from "./interval.ts";

const R128 = "EBU R128";

/** Loudness, loudness range, true peak, silence and clipping of the decoded sound. */
export function checkSound(sound: SoundMeasures | null, profile: QualityProfile): AcceptanceCheck[] {
  const rows = rowsOf(profile);
  if (sound === null) return Object.values(rows).map((row) => skipped(row, "the film has no sound"));
  const off = Math.abs(sound.integrated_lufs - profile.loudness_lufs);
  const silent = sound.silences.filter((gap) => lengthOf(gap) >= profile.silence_s);
  const clipped = sound.clipped.filter((run) => lengthOf(run) * 1000 >= profile.clipping_ms);
  return [
    measured(rows.loudness, passIf(off <= profile.loudness_tolerance_lu), sound.integrated_lufs),
    measured(rows.range, "PASS", sound.range_lu, { note: "reported, not judged" }),
    measured(
      rows.peak,
      passIf(sound.true_peak_dbtp <= profile.true_peak_dbtp),
      Number.isFinite(sound.true_peak_dbtp) ? sound.true_peak_dbtp : "no signal",
    ),
    measured(rows.silence, passIf(silent.length === 0), longest(sound.silences), {
      at: silent.map((gap) => gap.start_s),
    }),
    measured(rows.clipping, passIf(clipped.length === 0), longest(sound.clipped) * 1000, {
      at: clipped.map((run) => run.start_s),
    }),
  ];
}

function longest(found: SoundMeasures["silences"]): number {
  return found.reduce((most, interval) => Math.max(most, lengthOf(interval)), 0);
}

function rowsOf(profile: QualityProfile) {
  const row = { group: "audio", source: R128 };
  const { loudness_lufs, loudness_tolerance_lu } = profile;
  return {
    loudness: {
      ...row,
      id: "loudness",
      threshold: `${loudness_lufs} ± ${loudness_tolerance_lu}`,
      unit: "LUFS",
    },
    range: { ...row, id: "loudness_range", threshold: "reported", unit: "LU" },
    peak: { ...row, id: "true_peak", threshold: `≤ ${profile.true_peak_dbtp}`, unit: "dBTP" },
    silence: {
      group: "audio",
      id: "silence",
      threshold: `none ≥ ${profile.silence_s} s at ${profile.silence_db} dB`,
      unit: "s",
      source: "Etere 57.1.3",
    },
    clipping: {
      group: "audio",
      id: "clipping",
      threshold: `no run ≥ ${profile.clipping_ms}`,
      unit: "ms",
      source: "DPP",
    },
  };
}
