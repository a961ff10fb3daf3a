import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import type { FlashMeter } from "./flash-meter.ts";
import { stretches } from "./interval.ts";
import type { LevelMeter } from "./level-meter.ts";

/** Signal levels and flashing, from what the meters saw of the decoded picture. */
export function checkPicture(
  levels: LevelMeter,
  flashes: FlashMeter,
  hasPicture: boolean,
  profile: QualityProfile,
): AcceptanceCheck[] {
  const level = {
    id: "levels",
    group: "picture",
    threshold: `≤ ${profile.level_fraction * 100} outside ${profile.level_min}–${profile.level_max}`,
    unit: "% of pixels",
    source: "EBU R103",
  };
  const flash = {
    id: "flashing",
    group: "picture",
    threshold: `≤ ${profile.flashes_per_s} over > ${profile.flash_area * 100} % of the frame`,
    unit: "flashes in a second",
    source: "WCAG 2.3.1",
  };
  if (!hasPicture) {
    return [skipped(level, "the film has no picture"), skipped(flash, "the film has no picture")];
  }
  const outside = levels.finish();
  const flashed = flashes.finish(profile.flashes_per_s);
  const starts = (times: readonly number[]) => stretches(times, 1).map((stretch) => stretch.start_s);
  return [
    measured(level, passIf(outside.over.length === 0), outside.worst * 100, {
      at: starts(outside.over),
      note: "the worst frame's luma",
    }),
    measured(flash, passIf(flashed.over.length === 0), flashed.most, { at: starts(flashed.over) }),
  ];
}
