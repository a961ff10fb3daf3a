import { type ClipReader, openClip } from "../video/clip-reader.ts";
import { commonSize, type Size } from "./common-size.ts";
import { type FilmFacts, filmFacts } from "./film-facts.ts";
import { type Likeness, pictureLikeness } from "./picture-likeness.ts";
import { atSide } from "./torn-side.ts";

export type FilmComparison = {
  readonly before: FilmFacts;
  readonly after: FilmFacts;
  /** Pictures seen at the same moments of both, in order; null where they cannot be laid over each other. */
  readonly moments: readonly (Likeness & { readonly at_s: number })[] | null;
};

/** How many moments are compared, in the middles of equal parts of the shorter film. */
const MOMENTS = 12;

/**
 * Compares two sound or film files: what each measures, and how alike their pictures are at twelve moments of the
 * shorter one. Only the pictures around those moments are decoded. @throws TornSide; the signal's reason.
 */
export async function compareFilms(
  before: string,
  after: string,
  signal: AbortSignal,
): Promise<FilmComparison> {
  const old = await atSide("before", () => filmFacts(before, signal));
  const fresh = await atSide("after", () => filmFacts(after, signal));
  const size = old.picture && fresh.picture ? commonSize(old.picture, fresh.picture) : null;
  const length = Math.min(old.picture?.duration_s ?? 0, fresh.picture?.duration_s ?? 0);
  if (size === null || length === 0) return { before: old, after: fresh, moments: null };
  return { before: old, after: fresh, moments: await compareMoments(before, after, size, length, signal) };
}

async function compareMoments(
  before: string,
  after: string,
  size: Size,
  length_s: number,
  signal: AbortSignal,
): Promise<(Likeness & { at_s: number })[]> {
  const format = () => ({ ...size, filters: [`scale=${size.width}:${size.height}:flags=bicubic`] });
  const open = (file: string) => openClip(file, format, signal);
  const moments: (Likeness & { at_s: number })[] = [];
  let one: ClipReader | undefined;
  let other: ClipReader | undefined;
  try {
    one = await atSide("before", () => open(before));
    other = await atSide("after", () => open(after));
    const [left, right] = [one, other];
    for (let i = 0; i < MOMENTS; i++) {
      const at_s = ((i + 0.5) * length_s) / MOMENTS;
      const a = await atSide("before", () => left.pictureAt(at_s));
      const b = await atSide("after", () => right.pictureAt(at_s));
      const likeness = await pictureLikeness({ ...size, ...a }, { ...size, ...b });
      moments.push({ at_s, ...likeness });
    }
  } finally {
    await one?.close();
    await other?.close();
  }
  return moments;
}
