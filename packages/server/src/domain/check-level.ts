import { sumLevels } from "@greenlight/contract/levels";
import { LEVEL_LIMIT_DB, type Patch } from "@greenlight/contract/patch";
import { Rejection } from "./commands.ts";

type LevelAdjust = Extract<Patch, { type: "level_adjust" }>;

/**
 * Refuses a level change that says nothing, or that together with those before it would leave the range that one alone
 * may have. @param before all patches laid over the stage so far. @param beats ids of the storyboard's beats.
 * @throws Rejection patch_no_change | patch_not_applicable | patch_invalid
 */
export function checkLevel(patch: LevelAdjust, before: readonly Patch[], beats: readonly string[]): void {
  const { level_change_db: change, beat_id, track } = patch;
  if (change === 0)
    throw new Rejection("patch_no_change", "a change of 0 dB changes nothing", [
      { pointer: "/level_change_db", message: "changes nothing", remedy: "give a number of dB other than 0" },
    ]);
  if (beat_id !== undefined && track === "music")
    throw new Rejection("patch_not_applicable", "the music runs through all beats", [
      { pointer: "/beat_id", message: "the music has no beats", remedy: "leave beat_id out, or track" },
    ]);
  const sum = sumLevels(before);
  const inBeat = (id: string) => [`the voice in ${id}`, sum.voice_db + (sum.beat_db.get(id) ?? 0)] as const;
  const changed: readonly (readonly [string, number])[] =
    beat_id !== undefined
      ? [inBeat(beat_id)]
      : track === "music"
        ? [["the music", sum.music_db]]
        : [["the voice", sum.voice_db], ...beats.map(inBeat)];
  for (const [what, exact] of changed) {
    const now = Math.round(exact * 100) / 100;
    const after = Math.round((exact + change) * 100) / 100;
    if (Math.abs(after) > LEVEL_LIMIT_DB)
      throw new Rejection(
        "patch_invalid",
        `${what} is changed by ${now} dB already; ${change} more would make it ${after} dB`,
        [
          {
            pointer: "/level_change_db",
            message: `${what} would be changed by ${after} dB in sum`,
            remedy: `give ${-LEVEL_LIMIT_DB - now} to ${LEVEL_LIMIT_DB - now}`,
          },
        ],
      );
  }
}
