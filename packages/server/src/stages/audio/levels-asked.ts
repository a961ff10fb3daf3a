import { sumLevels } from "@greenlight/contract/levels";
import type { Patch } from "@greenlight/contract/patch";
import type { AudioDirections } from "@greenlight/contract/render";
import type { Levels } from "@greenlight/media/mix/mix-program";
import type { AskedSound } from "./read-directions.ts";

type Tell = (unmet: string) => void;

const clamped = (db: number, limit: number): number => Math.min(limit, Math.max(-limit, db));
const louder = (steps: number): string => (steps > 0 ? "louder" : "quieter");

/**
 * The levels that patches and reviewers' words ask for together; the limits are for the words. The film's loudness is
 * its profile's, so a louder voice of the whole film is a quieter music.
 */
export function levelsAsked(
  patches: readonly Patch[],
  asked: AskedSound,
  directions: AudioDirections | undefined,
  sound: { readonly has_music: boolean; readonly speaks: (beatId: string) => boolean },
  tell: Tell,
): Levels {
  const summed = sumLevels(patches);
  const levels = { ...summed, beat_db: new Map(summed.beat_db) };
  if (directions === undefined) return levels;
  const { level_step_db, level_limit_db, music_step_db, music_limit_db } = directions;
  const atMost = (what: string, db: number, limit: number) => {
    if (Math.abs(db) > limit)
      tell(`${what}: it is at the limit, ${db > 0 ? "+" : "−"}${limit} dB (directions in render.yaml)`);
  };
  for (const [beatId, { level }] of asked.beats) {
    if (level === 0) continue;
    if (!sound.speaks(beatId)) tell(`${beatId}: ${louder(level)}: nobody speaks in it`);
    const db = level * level_step_db;
    atMost(`${beatId}: ${louder(level)}`, db, level_limit_db);
    levels.beat_db.set(beatId, (levels.beat_db.get(beatId) ?? 0) + clamped(db, level_limit_db));
  }
  const { voice, music } = asked;
  if (!sound.has_music) {
    if (voice !== 0)
      tell(
        `${louder(voice)}: the film's loudness is its profile's, and there is no music for the voice to stand out from`,
      );
    if (music !== 0) tell(`music ${louder(music)}: there is no music`);
    return levels;
  }
  const db = (music - voice) * music_step_db;
  atMost(music === 0 ? `voice ${louder(voice)}` : `music ${louder(db)}`, db, music_limit_db);
  levels.music_db += clamped(db, music_limit_db);
  return levels;
}

/** Why the music is not as near to the voice as was asked; null where it is. */
export function heldUnmet(
  asked: AskedSound,
  held_db: number,
  profile: string,
  least_db: number,
): string | null {
  if (asked.music - asked.voice <= 0 || held_db < 0.05) return null;
  const wish = asked.voice < 0 ? "voice quieter" : "music louder";
  return `${wish}: the profile ${profile} keeps the music ${least_db} dB below the voice; it is ${held_db.toFixed(1)} dB lower than asked`;
}
