import type { FeedbackNote } from "@greenlight/contract/feedback";
import { notesByBeat } from "@greenlight/contract/notes-by-beat";
import type { AudioDirections } from "@greenlight/contract/render";

/** Steps asked for: above 0 is faster, or louder. */
export type Steps = { readonly rate: number; readonly level: number };

/** What reviewers ask of the sound. `voice` and `music` are steps of loudness of the whole film. */
export type AskedSound = {
  readonly rate: number;
  readonly voice: number;
  readonly music: number;
  /** null while nobody said whether there is to be music. */
  readonly music_on: boolean | null;
  readonly beats: ReadonlyMap<string, Steps>;
  /** Lines that ask nothing that can be done here, each as a sentence for people. */
  readonly unmet: readonly string[];
};

type Word = keyof AudioDirections["words"];
type Direction =
  | { readonly of: "rate"; readonly step: 1 | -1 }
  | { readonly of: "voice" | "music"; readonly step: 1 | -1 }
  | { readonly of: "music_on"; readonly on: boolean };

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[“”"'’!?]/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();

/** The kinds of words a text is made of, fillers left out; null where it has any other word. */
function kindsOf(text: string, words: AudioDirections["words"]): Word[] | null {
  const phrases = (Object.entries(words) as [Word, string[]][])
    .flatMap(([kind, some]) => some.map((phrase) => ({ kind, phrase: plain(phrase) })))
    .sort((a, b) => b.phrase.length - a.phrase.length);
  const kinds: Word[] = [];
  let rest = plain(text);
  while (rest !== "") {
    const next = phrases.find(({ phrase }) => rest === phrase || rest.startsWith(`${phrase} `));
    if (next === undefined) return null;
    if (next.kind !== "filler") kinds.push(next.kind);
    rest = rest.slice(next.phrase.length).trim();
  }
  return kinds;
}

/** The one direction a clause gives: what it is about at most once, and what to do exactly once. */
function directionOf(clause: readonly Word[]): Direction | null {
  const [subject, twice] = clause.filter((kind) => kind === "music" || kind === "voice");
  const [action, other] = clause.filter((kind) => kind !== "music" && kind !== "voice");
  if (action === undefined || other !== undefined || twice !== undefined) return null;
  if (action === "slower" || action === "faster")
    return subject === "music" ? null : { of: "rate", step: action === "faster" ? 1 : -1 };
  if (action === "louder" || action === "quieter")
    return { of: subject === "music" ? "music" : "voice", step: action === "louder" ? 1 : -1 };
  return subject === "music" ? { of: "music_on", on: action === "on" } : null;
}

/** The directions of a line, one a clause; null unless all of it is understood. */
export function directionsOf(line: string, words: AudioDirections["words"]): Direction[] | null {
  const clauses: Word[][] = [];
  for (const part of line.split(/[,;.]/u)) {
    const kinds = kindsOf(part, words);
    if (kinds === null) return null;
    clauses.push([]);
    for (const kind of kinds)
      if (kind === "and") clauses.push([]);
      else clauses.at(-1)?.push(kind);
  }
  const said = clauses.filter((clause) => clause.length > 0);
  const understood = said.map(directionOf).filter((direction) => direction !== null);
  return understood.length > 0 && understood.length === said.length ? understood : null;
}

/** The directions by the words one would use, for a refusal. */
export const known = ({ slower, faster, louder, quieter, music, off }: AudioDirections["words"]): string =>
  [slower, faster, louder, quieter]
    .map(([word]) => word)
    .concat(`${music[0]} ${quieter[0]}`, `${music[0]} ${off[0]}`)
    .join(", ");

/**
 * Reads notes line by line, oldest first; the same direction twice is two steps. `b03: slower` is about that beat, as
 * is a note on it. Only the last word on whether there is music counts.
 */
export function readDirections(
  feedback: readonly FeedbackNote[],
  beatIds: readonly string[],
  words: AudioDirections["words"],
): AskedSound {
  const unmet: string[] = [];
  const beats = new Map<string, { rate: number; level: number }>();
  const film = { rate: 0, voice: 0, music: 0, music_on: null as boolean | null };
  const heed = (beatId: string | null, direction: Direction) => {
    if (direction.of === "music_on") film.music_on = direction.on;
    else if (beatId === null) film[direction.of] += direction.step;
    else {
      const steps = beats.get(beatId) ?? { rate: 0, level: 0 };
      beats.set(beatId, steps);
      steps[direction.of === "rate" ? "rate" : "level"] += direction.step;
    }
  };
  const hear = (beatId: string | null, line: string) => {
    const at = beatId === null ? "" : `${beatId}: `;
    const directions = directionsOf(line, words);
    const colon = line.indexOf(":");
    if (directions?.some(({ of }) => beatId !== null && of.startsWith("music")))
      unmet.push(`${at}${line}: the music is one piece for the whole film; say it of the film`);
    else if (directions !== null) for (const direction of directions) heed(beatId, direction);
    else if (beatId === null && colon > 0 && directionsOf(line.slice(colon + 1), words) !== null)
      unmet.push(`${line}: the storyboard has no beat “${line.slice(0, colon).trim()}”`);
    else unmet.push(`${at}“${line}” is a note for people; the sound knows ${known(words)}`);
  };
  for (const { beat_id, notes } of notesByBeat(feedback, beatIds)) {
    const lines = notes
      .split(/\r?\n/u)
      .map((line) => line.replace(/^\s*(?:[-*]\s+)?/u, "").trim())
      .filter((line) => line !== "");
    if (beat_id !== null && !beatIds.includes(beat_id))
      unmet.push(`${beat_id}: the storyboard no longer has this beat`);
    else if (beat_id !== null && lines.length === 0)
      unmet.push(`${beat_id}: the voice would say it the same way again; say how: ${known(words)}`);
    else for (const line of lines) hear(beat_id, line);
  }
  return { ...film, beats, unmet };
}
