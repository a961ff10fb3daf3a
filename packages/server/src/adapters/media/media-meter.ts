import type { MeasuredBetween, MeasuredPair } from "@greenlight/contract/comparison";
import { compareFilms, type FilmComparison } from "@greenlight/media/measure/compare-films";
import { comparePictures, type PictureComparison } from "@greenlight/media/measure/compare-pictures";
import type { FilmFacts } from "@greenlight/media/measure/film-facts";
import { TornSide } from "@greenlight/media/measure/torn-side";
import type { MediaDifference, MediaMeter } from "../../app/ports/media-meter.ts";
import { Rejection } from "../../domain/commands.ts";

const NOTHING: MediaDifference = { measured: [], between: [], moments: [], not_measured: [] };

/** Measures with the program's own decoders; what is not a picture, sound or film is compared by size alone. */
export function createMediaMeter(): MediaMeter {
  return {
    async compare(before, after, signal) {
      const [was, is] = [before, after].map(({ media_type }) => mediumOf(media_type));
      if (was === null || was === undefined || was !== is) return NOTHING;
      try {
        return was === "picture"
          ? pictureDifference(await comparePictures(before.path, after.path))
          : filmDifference(await compareFilms(before.path, after.path, signal));
      } catch (error) {
        if (!(error instanceof TornSide)) throw error;
        const { name } = error.side === "before" ? before : after;
        throw new Rejection("media_unreadable", `${name} cannot be decoded, so nothing can be measured.`);
      }
    },
  };
}

function mediumOf(mediaType: string): "picture" | "film" | null {
  if (mediaType.startsWith("image/")) return "picture";
  return /^(audio|video)\//.test(mediaType) ? "film" : null;
}

function pictureDifference({ before, after, likeness }: PictureComparison): MediaDifference {
  return {
    measured: [
      { name: "width", unit: "px", before: before.width, after: after.width },
      { name: "height", unit: "px", before: before.height, after: after.height },
    ],
    between: likeness
      ? [
          { name: "ssim", unit: "", value: likeness.ssim },
          { name: "colour_difference", unit: "levels of 255", value: likeness.colour_difference },
        ]
      : [],
    moments: [],
    not_measured: likeness ? [] : ["ssim", "colour_difference"],
  };
}

/** One number of a film or sound; null or undefined where the file has none. */
type Measure = readonly [name: string, unit: string, of: (facts: FilmFacts) => number | null | undefined];

const PICTURE: readonly Measure[] = [
  ["duration", "s", (f) => f.picture?.duration_s],
  ["frame_rate", "fps", (f) => f.picture?.fps || null],
  ["width", "px", (f) => f.picture?.width],
  ["height", "px", (f) => f.picture?.height],
];
const SOUND: readonly Measure[] = [
  ["sound_duration", "s", (f) => f.sound?.duration_s],
  ["sample_rate", "Hz", (f) => f.sound?.sample_rate],
  ["channels", "", (f) => f.sound?.channels],
  ["loudness", "LUFS", (f) => f.sound?.integrated_lufs],
  ["true_peak", "dBTP", (f) => f.sound?.true_peak_dbtp],
];
const BIT_RATE: Measure = ["bit_rate", "b/s", (f) => f.bit_rate];

function filmDifference({ before, after, moments }: FilmComparison): MediaDifference {
  const has = (part: "picture" | "sound") => before[part] !== null || after[part] !== null;
  const wanted = [...(has("picture") ? PICTURE : []), ...(has("sound") ? SOUND : []), BIT_RATE];
  const measured: MeasuredPair[] = [];
  const missing: string[] = [];
  for (const [name, unit, of] of wanted) {
    const [was, is] = [of(before), of(after)];
    if (typeof was === "number" && typeof is === "number")
      measured.push({ name, unit, before: was, after: is });
    else missing.push(name);
  }
  if (has("picture") && moments === null) missing.push("ssim", "colour_difference");
  return { measured, between: between(moments ?? []), moments: [...(moments ?? [])], not_measured: missing };
}

function between(moments: NonNullable<FilmComparison["moments"]>): MeasuredBetween[] {
  if (moments.length === 0) return [];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const ssims = moments.map((m) => m.ssim);
  return [
    { name: "ssim", unit: "", value: mean(ssims) },
    { name: "ssim_least", unit: "", value: Math.min(...ssims) },
    {
      name: "colour_difference",
      unit: "levels of 255",
      value: mean(moments.map((m) => m.colour_difference)),
    },
  ];
}
