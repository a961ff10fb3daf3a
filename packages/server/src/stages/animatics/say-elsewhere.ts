import type { FeedbackNote } from "@greenlight/contract/feedback";
import { notesByBeat } from "@greenlight/contract/notes-by-beat";
import type { AudioDirections } from "@greenlight/contract/render";
import type { Writer } from "../../app/ports/writer.ts";
import { directionsOf } from "../audio/read-directions.ts";

const GENERAL =
  "a preview only shows what is made: how a beat looks is decided at assets, what it shows and how long at storyboard, what is said at script, voice and music at audio";

/** For each line of the notes on a preview, at which stage it would be followed, as a sentence for people. */
export function sayElsewhere(
  feedback: readonly FeedbackNote[],
  beatIds: readonly string[],
  words: AudioDirections["words"] | undefined,
  writer: Writer,
): string[] {
  const where = (line: string, beatId: string | null): string => {
    if (words !== undefined && directionsOf(line, words) !== null)
      return "is about the sound, which has a gate of its own: say it at audio";
    const stage = writer.stageOf?.(line, beatId !== null);
    if (stage === "storyboard" && beatId !== null)
      return `is about the storyboard: resume with stage storyboard and the notes “${beatId}: ${line}”`;
    if (stage) return `is about the ${stage}: resume with stage ${stage} and these notes`;
    return `changes nothing here: ${GENERAL}`;
  };
  return notesByBeat(feedback, beatIds).flatMap(({ beat_id, notes }) => {
    const at = beat_id === null ? "" : `${beat_id}: `;
    const lines = notes
      .split(/\r?\n/u)
      .map((line) => line.replace(/^\s*(?:[-*]\s+)?/u, "").trim())
      .filter((line) => line !== "");
    if (beat_id !== null && lines.length === 0)
      return [
        `${at}made again it would look the same: reject the beat at assets for another picture, at storyboard to show it another way`,
      ];
    return lines.map((line) => `${at}“${line}” ${where(line, beat_id)}`);
  });
}
