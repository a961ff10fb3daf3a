import type { FeedbackDirection } from "@greenlight/contract/feedback";
import { createContext } from "react";

/** Beats picked to be made again, each with what to do differently (may be empty). */
export type BeatNotes = ReadonlyMap<string, string>;

/** Lets the table of beats be a choice; null where there is nothing to choose. */
export type BeatChoice = {
  readonly chosen: BeatNotes;
  /** `notes` null = not chosen. */
  readonly choose: (beatId: string, notes: string | null) => void;
  /** Picture of a beat, where the gate has one. */
  readonly pictureOf: (beatId: string) => string | undefined;
  /** What the stage understands in the notes. */
  readonly directions: readonly FeedbackDirection[];
  readonly disabled: boolean;
};

export const BeatChoiceContext = createContext<BeatChoice | null>(null);
