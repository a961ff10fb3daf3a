import type { Patch } from "./patch.ts";

/** How much louder or softer than mixed by default, in dB; `beat_db` comes on top of `voice_db` in those beats. */
export type LevelChanges = {
  readonly voice_db: number;
  readonly music_db: number;
  readonly beat_db: ReadonlyMap<string, number>;
};

/** Sums the level changes people asked for; without a track, the voice is meant. Other patches count for nothing. */
export function sumLevels(patches: readonly Patch[]): LevelChanges {
  const sum = { voice_db: 0, music_db: 0, beat_db: new Map<string, number>() };
  for (const patch of patches) {
    if (patch.type !== "level_adjust") continue;
    const { beat_id, track, level_change_db } = patch;
    if (beat_id) sum.beat_db.set(beat_id, (sum.beat_db.get(beat_id) ?? 0) + level_change_db);
    else if (track === "music") sum.music_db += level_change_db;
    else sum.voice_db += level_change_db;
  }
  return sum;
}
