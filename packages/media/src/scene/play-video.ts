/**
 * A video of a scene while it plays: a bitmap that `load` fills with the picture of a moment, cut to cover its box. The
 * reader is opened when a picture is first asked for, at the size it is then drawn, and holds three pictures of the
 * file at most. `close` ends it; a later `load` opens it anew.
 */
import { type Canvas, createCanvas, ImageData } from "@napi-rs/canvas";
import { UnreadableFilm } from "../measure/unreadable-film.ts";
import { RenderFailure } from "../render/render-failure.ts";
import type { ClipFacts } from "../video/clip-facts.ts";
import { type ClipFormat, type ClipPicture, type ClipReader, openClip } from "../video/clip-reader.ts";
import { PHOTO_FILTER } from "./paint-layer.ts";
import type { VideoLayer } from "./scene-spec.ts";

export type PlayedVideo = {
  /** @throws RenderFailure media_unreadable */
  load(t_s: number, scale: number): Promise<void>;
  /** @throws Error when nothing was loaded. */
  bitmap(): Canvas;
  close(): Promise<void>;
};

/** `enlarge`: the push it must bear without growing beyond its own pixels. */
export function playVideo(
  layer: VideoLayer,
  enlarge: number,
  openFile: (id: string) => Promise<Buffer | string>,
): PlayedVideo {
  let reader: { readonly clip: ClipReader; readonly scale: number } | undefined;
  let canvas: Canvas | undefined;
  let shown: ClipPicture | undefined;

  const close = async () => {
    const ending = reader;
    reader = undefined;
    shown = undefined;
    await ending?.clip.close();
  };
  const readerAt = async (scale: number): Promise<ClipReader> => {
    if (reader?.scale === scale) return reader.clip;
    await close();
    const file = await openFile(layer.id);
    if (typeof file !== "string") throw new Error(`the video ${layer.id} was given as bytes; give its path`);
    const width = Math.ceil(layer.box.width * scale * enlarge);
    const height = Math.ceil(layer.box.height * scale * enlarge);
    reader = { clip: await openClip(file, (facts) => covering(facts, width, height)), scale };
    canvas = createCanvas(width, height);
    return reader.clip;
  };

  return {
    close,
    async load(t_s, scale) {
      const picture = await readerAt(scale)
        .then((clip) => clip.pictureAt(Math.min(layer.length_s, layer.from_s + t_s)))
        .catch((error: unknown) => {
          if (!(error instanceof UnreadableFilm)) throw error;
          throw new RenderFailure("media_unreadable", `a video cannot be decoded: ${error.message}`);
        });
      if (picture === shown || canvas === undefined) return;
      const { pixels } = picture;
      const data = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
      canvas.getContext("2d").putImageData(new ImageData(data, canvas.width, canvas.height), 0, 0);
      shown = picture;
    },
    bitmap() {
      if (canvas === undefined) throw new Error("a scene with a video was drawn before it was loaded");
      return canvas;
    },
  };
}

/** Scaled until no part of width × height stays empty, and what sticks out cut off on both sides alike. */
function covering(facts: ClipFacts, width: number, height: number): ClipFormat {
  const cover = Math.max(width / facts.width, height / facts.height);
  const [w, h] = [facts.width, facts.height].map((side) => Math.ceil(side * cover - 1e-9)) as [
    number,
    number,
  ];
  const matrix = facts.guessed_matrix === null ? "" : `:in_color_matrix=${facts.guessed_matrix}`;
  return {
    width,
    height,
    filters: [
      `scale=${Math.max(w, width)}:${Math.max(h, height)}:flags=bicubic+accurate_rnd${matrix}`,
      "format=rgba",
      `crop=${width}:${height}`,
      `lutrgb=${PHOTO_FILTER}`,
    ],
  };
}
