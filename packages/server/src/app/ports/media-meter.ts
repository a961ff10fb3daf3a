import type { Comparison } from "@greenlight/contract/comparison";

export type MediaFile = {
  readonly path: string;
  readonly media_type: string;
  /** What a message calls it. */
  readonly name: string;
};

/** What was measured of two files of one medium. */
export type MediaDifference = Pick<
  Extract<Comparison, { kind: "media" }>,
  "measured" | "between" | "moments" | "not_measured"
>;

/** Measures two stored pictures, sounds or films against one another. Decodes both: not for the server's process. */
export interface MediaMeter {
  /** `not_measured`: names of measures that fit the medium and could not be taken. @throws Rejection media_unreadable */
  compare(before: MediaFile, after: MediaFile, signal: AbortSignal): Promise<MediaDifference>;
}
