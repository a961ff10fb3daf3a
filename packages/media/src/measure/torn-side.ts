import { UnreadableFilm } from "./unreadable-film.ts";

export type Side = "before" | "after";

/** One of two files that are compared cannot be decoded. */
export class TornSide extends UnreadableFilm {
  override name = "TornSide";
  readonly side: Side;
  constructor(side: Side, cause: UnreadableFilm) {
    super(cause.message, { cause });
    this.side = side;
  }
}

/** Runs a step that reads one of two files. @throws TornSide instead of UnreadableFilm */
export async function atSide<T>(side: Side, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof UnreadableFilm ? new TornSide(side, error) : error;
  }
}
