import { createCanvas, type Image, loadImage } from "@napi-rs/canvas";
import { commonSize, type Size } from "./common-size.ts";
import { type Likeness, type Picture, pictureLikeness } from "./picture-likeness.ts";
import { atSide } from "./torn-side.ts";
import { readingFilm } from "./unreadable-film.ts";

export type PictureComparison = {
  readonly before: Size;
  readonly after: Size;
  /** Null where the shapes differ or a side is too small to tell. */
  readonly likeness: Likeness | null;
};

/** Compares two picture files, by their pixels at a common size. @throws TornSide */
export async function comparePictures(before: string, after: string): Promise<PictureComparison> {
  const open = (file: string) => readingFilm(undefined, () => loadImage(file));
  const old = await atSide("before", () => open(before));
  const fresh = await atSide("after", () => open(after));
  const size = commonSize(old, fresh);
  return {
    before: { width: old.width, height: old.height },
    after: { width: fresh.width, height: fresh.height },
    likeness: size && (await pictureLikeness(drawn(old, size), drawn(fresh, size))),
  };
}

/** On black, so that what is clear is equal in both. */
function drawn(image: Image, { width, height }: Size): Picture {
  const ctx = createCanvas(width, height).getContext("2d");
  ctx.fillRect(0, 0, width, height);
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(image, 0, 0, width, height);
  const { data } = ctx.getImageData(0, 0, width, height);
  return { width, height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
