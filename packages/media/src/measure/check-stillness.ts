import type { AcceptanceCheck } from "@greenlight/contract/documents";
import type { QualityProfile } from "@greenlight/contract/render";
import { measured, passIf, skipped } from "./acceptance-check.ts";
import type { PictureMeasures } from "./decode-picture.ts";
import { type Interval, lengthOf, overlap } from "./interval.ts";

/** Black (outside of the first and last moments) and frozen stretches of the decoded picture. */
export function checkStillness(picture: PictureMeasures | null, profile: QualityProfile): AcceptanceCheck[] {
  const black = {
    id: "black",
    group: "picture",
    threshold: `none > ${profile.black_s} s, first and last ${profile.black_ends_s} s aside`,
    unit: "s",
    source: "ffmpeg blackdetect",
  };
  const freeze = {
    id: "freeze",
    group: "picture",
    threshold: `none ≥ ${profile.freeze_s} s at ${profile.freeze_db} dB`,
    unit: "s",
    source: "ffmpeg freezedetect",
  };
  if (picture === null) {
    return [skipped(black, "the film has no picture"), skipped(freeze, "the film has no picture")];
  }
  const inside = {
    start_s: picture.span.start_s + profile.black_ends_s,
    end_s: picture.span.end_s - profile.black_ends_s,
  };
  const blacks = picture.blacks.flatMap((stretch) => overlap(stretch, inside) ?? []);
  const tooBlack = blacks.filter((stretch) => lengthOf(stretch) > profile.black_s);
  const frozen = picture.freezes.filter((stretch) => lengthOf(stretch) >= profile.freeze_s);
  return [
    measured(black, passIf(tooBlack.length === 0), longest(blacks), { at: tooBlack.map((b) => b.start_s) }),
    measured(freeze, passIf(frozen.length === 0), longest(picture.freezes), {
      at: frozen.map((f) => f.start_s),
    }),
  ];
}

function longest(found: readonly Interval[]): number {
  return found.reduce((most, interval) => Math.max(most, lengthOf(interval)), 0);
}
