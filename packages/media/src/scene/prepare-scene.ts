/**
 * Turns a spec into something that paints frames fast. Text and photographs are rasterised once, on the first
 * frame, at the scale of the context they are drawn on; a frame then only moves, fades and clips bitmaps. A prepared
 * scene holds its bitmaps until it is dropped, so frames may be asked for in any order. Videos alone are read while a
 * scene plays: `load` brings the picture of a moment, and `close` gives the decoders back.
 */
import { type Canvas, type Image, loadImage, type SKRSContext2D } from "@napi-rs/canvas";
import { type Background, buildBackground } from "./build-background.ts";
import { viewAt } from "./camera.ts";
import { easeEnter, easeLeave, easeStandard } from "./easing.ts";
import { registerFonts } from "./fonts.ts";
import { measureText } from "./measure-text.ts";
import {
  boundsOf,
  paintCircle,
  paintPath,
  paintRect,
  paintText,
  rasterise,
  rasteriseImage,
} from "./paint-layer.ts";
import { writeNumber } from "./parse-number.ts";
import { type PlayedVideo, playVideo } from "./play-video.ts";
import { contentArea } from "./safe-area.ts";
import type { Box, Layer, SceneSpec, TextLayer } from "./scene-spec.ts";

export interface PreparedScene {
  readonly width: number;
  readonly height: number;
  readonly duration_s: number;
  /**
   * Brings what the videos of the scene show at `t_s`, for a context of that scale; to be awaited before that moment is
   * drawn, cheapest in order. @throws RenderFailure media_unreadable
   */
  load(t_s: number, scale: number): Promise<void>;
  /** Ends the reading of videos; a later `load` begins it again. */
  close(): Promise<void>;
  /** Paints the whole frame at `t_s` seconds of the beat in the spec's pixels; scale the context for another size. */
  draw(ctx: SKRSContext2D, t_s: number): void;
}

/** `openImage` gives the bytes or the path of an image layer's `id`. @throws when an image cannot be read. */
export type OpenImage = { openImage(id: string): Promise<Buffer | string> };

type Sprite = { readonly bitmap: Canvas; readonly box: Box };
type Sprites = {
  readonly scale: number;
  readonly background: Background;
  readonly of: ReadonlyMap<Layer, Sprite>;
};

/** How long a layer takes to fade out, seconds. */
export const LEAVE_S = 0.3;
const RISE_FRACTION = 0.022;

export async function prepareScene(spec: SceneSpec, { openImage }: OpenImage): Promise<PreparedScene> {
  registerFonts(
    spec.layers
      .flatMap((layer) => (layer.type === "text" ? layer.runs.map((run) => run.text) : []))
      .join(" "),
  );
  const images = new Map<string, Image>();
  for (const layer of spec.layers)
    if (layer.type === "image" && !images.has(layer.id))
      images.set(layer.id, await loadImage(await openImage(layer.id)));
  const middle = contentArea(spec.width, spec.height, 0);
  const centre = { x: spec.width / 2, y: middle.y + middle.height / 2 };
  const covered = spec.layers.some((layer) => layer.type === "image" || layer.type === "video");
  const videos = new Map<Layer, PlayedVideo>();
  for (const layer of spec.layers)
    if (layer.type === "video") videos.set(layer, playVideo(layer, spec.push, openImage));
  let sprites: Sprites | undefined;

  const spritesAt = (scale: number): Sprites => {
    if (sprites?.scale === scale) return sprites;
    const of = new Map<Layer, Sprite>();
    for (const layer of spec.layers) {
      const image = layer.type === "image" ? images.get(layer.id) : undefined;
      if (layer.type === "text") of.set(layer, rasterise(layer, scale));
      else if (layer.type === "image" && image !== undefined)
        of.set(layer, { bitmap: rasteriseImage(image, layer, scale, spec.push), box: layer.box });
    }
    sprites = { scale, background: buildBackground(spec, scale), of };
    return sprites;
  };

  return {
    width: spec.width,
    height: spec.height,
    duration_s: spec.duration_s,
    async load(t_s, scale) {
      for (const video of videos.values()) await video.load(t_s, scale);
    },
    async close() {
      for (const video of videos.values()) await video.close();
    },
    draw(ctx, t_s) {
      // What wanders without an end arrives at the beat's end, so that how a beat ends does not hang on its length.
      const wandered_s = t_s - spec.duration_s;
      const scale = ctx.getTransform().a;
      const { background, of } = spritesAt(scale);
      ctx.save();
      ctx.imageSmoothingEnabled = true;
      ctx.imageSmoothingQuality = "low";
      if (!covered) {
        const [x, y] = background.offsetAt(wandered_s);
        const [w, h] = [Math.round(spec.width * scale), Math.round(spec.height * scale)];
        ctx.drawImage(background.bitmap, x, y, w, h, 0, 0, spec.width, spec.height);
      }
      const view = viewAt(spec.motion, spec.push, t_s / spec.duration_s, wandered_s);
      for (const layer of spec.layers) {
        if (t_s < layer.enter.at_s) continue;
        ctx.save();
        if (layer.type === "image" || layer.type === "video") {
          // A photograph fills the frame, so it is seen enlarged where content is seen reduced.
          const near = Math.max(1, view.scale * spec.push);
          const shift = (near - 1) * 0.5 * (view.shift / 0.012);
          ctx.translate(
            spec.width / 2 + (spec.motion.startsWith("drift") ? shift * spec.width : 0),
            spec.height / 2,
          );
          ctx.scale(near, near);
          ctx.translate(-spec.width / 2, -spec.height / 2);
        } else if (layer.depth !== 0) {
          const s = 1 + (view.scale - 1) * layer.depth;
          ctx.translate(centre.x + view.shift * spec.width * layer.depth, centre.y);
          ctx.scale(s, s);
          ctx.translate(-centre.x, -centre.y);
        }
        const video = videos.get(layer);
        const sprite = video ? { bitmap: video.bitmap(), box: boundsOf(layer) } : of.get(layer);
        drawLayer(ctx, layer, sprite, { t_s, wandered_s }, spec.height);
        ctx.restore();
      }
      ctx.restore();
    },
  };
}

function drawLayer(
  ctx: SKRSContext2D,
  layer: Layer,
  sprite: Sprite | undefined,
  { t_s, wandered_s }: { readonly t_s: number; readonly wandered_s: number },
  height: number,
): void {
  const { kind, at_s, duration_s } = layer.enter;
  const linear = duration_s === 0 ? 1 : Math.min(1, (t_s - at_s) / duration_s);
  const eased = easeEnter(linear);
  const bounds = sprite?.box ?? boundsOf(layer);
  if (kind === "rise" || kind === "fade")
    ctx.globalAlpha = kind === "rise" ? eased : Math.min(1, linear * 1.6);
  if (layer.leave_s !== null && t_s > layer.leave_s)
    ctx.globalAlpha *= 1 - easeLeave(Math.min(1, (t_s - layer.leave_s) / LEAVE_S));
  if (kind === "rise" && eased < 1) {
    const s = 0.95 + 0.05 * eased;
    const [cx, cy] = [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2];
    ctx.translate(cx, cy + (1 - eased) * height * RISE_FRACTION);
    ctx.scale(s, s);
    ctx.translate(-cx, -cy);
  }
  if (kind === "wipe_right" || kind === "wipe_left") {
    const shown = bounds.width * easeStandard(linear);
    ctx.beginPath();
    ctx.rect(
      kind === "wipe_right" ? bounds.x : bounds.x + bounds.width - shown,
      bounds.y,
      shown,
      bounds.height,
    );
    ctx.clip();
  }
  if (layer.type === "rect") paintRect(ctx, layer, eased);
  // A large bitmap with little on it takes longer to move than its line takes to draw.
  else if (layer.type === "path") paintPath(ctx, layer);
  else if (layer.type === "circle")
    paintCircle(ctx, layer, layer.stroke > 0 ? easeStandard(linear) : 1, wandered_s);
  else if (layer.type === "text" && layer.count !== null && t_s < at_s + layer.count.duration_s)
    paintText(ctx, counted(layer, layer.count, (t_s - at_s) / layer.count.duration_s));
  else if (sprite !== undefined)
    ctx.drawImage(sprite.bitmap, bounds.x, bounds.y, bounds.width, bounds.height);
}

/** The same text with another number in it, standing where the final one begins (or ends, read from the right). */
function counted(layer: TextLayer, count: NonNullable<TextLayer["count"]>, progress: number): TextLayer {
  const value = count.from + (count.to - count.from) * easeEnter(progress);
  const text = writeNumber(count, value);
  const width = (part: string) => measureText(part, layer.font, layer.direction).width * layer.font.size_px;
  const runs = layer.runs.map((run) => ({
    ...run,
    text,
    x: layer.direction === "rtl" ? run.x + width(run.text) - width(text) : run.x,
  }));
  return { ...layer, runs };
}
