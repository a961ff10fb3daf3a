/** How each layer looks once it has entered: its bounds, and its paint on a context in the spec's pixels. */
import { type Canvas, createCanvas, type Image, type SKRSContext2D } from "@napi-rs/canvas";
import { rgbOf } from "./contrast.ts";
import { applyFont } from "./measure-text.ts";
import type { Box, CircleLayer, ImageLayer, Layer, PathLayer, RectLayer, TextLayer } from "./scene-spec.ts";

const rgba = (colour: string, alpha: number): string => `rgba(${rgbOf(colour).join(",")},${alpha})`;

/** Everything a layer paints lies within this. */
export function boundsOf(layer: Layer): Box {
  switch (layer.type) {
    case "text":
      return grown(layer.box, Math.max(3, layer.font.size_px * 0.06));
    case "rect":
      return layer.box;
    case "image":
    case "video":
      return layer.box;
    case "circle": {
      const r = layer.r + layer.stroke / 2;
      return { x: layer.cx - r, y: layer.cy - r, width: 2 * r, height: 2 * r };
    }
    case "path": {
      const xs = layer.points.map((p) => p[0]);
      const ys = layer.points.map((p) => p[1]).concat(layer.fill_to_y ?? []);
      const x = Math.min(...xs);
      const y = Math.min(...ys);
      return grown({ x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }, layer.width);
    }
  }
}

const grown = (box: Box, by: number): Box => ({
  x: box.x - by,
  y: box.y - by,
  width: box.width + 2 * by,
  height: box.height + 2 * by,
});

export function paintText(ctx: SKRSContext2D, layer: TextLayer): void {
  applyFont(ctx, layer.font, layer.direction);
  for (const run of layer.runs) {
    ctx.fillStyle = run.colour;
    ctx.fillText(run.text, run.x, run.y);
  }
}

/** `grown` 0…1: how much of its length a growing bar has. */
export function paintRect(ctx: SKRSContext2D, layer: RectLayer, grownTo: number): void {
  const { box, radius } = layer;
  const kind = layer.enter.kind;
  const across = kind === "grow_right" || kind === "grow_left";
  const down = kind === "grow_up" || kind === "grow_down";
  const width = across ? box.width * grownTo : box.width;
  const height = down ? box.height * grownTo : box.height;
  if (width <= 0 || height <= 0) return;
  const x = kind === "grow_left" ? box.x + box.width - width : box.x;
  const y = kind === "grow_up" ? box.y + box.height - height : box.y;
  if (layer.alpha === layer.alpha_end) ctx.fillStyle = rgba(layer.colour, layer.alpha);
  else {
    const gradient = layer.across
      ? ctx.createLinearGradient(box.x, 0, box.x + box.width, 0)
      : ctx.createLinearGradient(0, box.y, 0, box.y + box.height);
    gradient.addColorStop(0, rgba(layer.colour, layer.alpha));
    gradient.addColorStop(1, rgba(layer.colour, layer.alpha_end));
    ctx.fillStyle = gradient;
  }
  if (radius === 0) {
    ctx.fillRect(x, y, width, height);
    return;
  }
  const r = Math.min(radius, width / 2, height / 2);
  // A bar stands on its axis: only the far end is round, unless it is a pill.
  const pill = radius >= Math.min(box.width, box.height) / 2 - 0.01;
  const corners = pill
    ? [r, r, r, r]
    : kind === "grow_up"
      ? [r, r, 0, 0]
      : kind === "grow_right"
        ? [0, r, r, 0]
        : kind === "grow_left"
          ? [r, 0, 0, r]
          : [r, r, r, r];
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, corners);
  ctx.fill();
}

export function paintCircle(ctx: SKRSContext2D, layer: CircleLayer, opened: number, turned_s: number): void {
  ctx.beginPath();
  const start = layer.start + layer.spin * turned_s;
  ctx.arc(layer.cx, layer.cy, layer.r, start, start + layer.sweep * opened);
  if (layer.stroke === 0) {
    ctx.fillStyle = rgba(layer.colour, layer.alpha);
    ctx.fill();
    return;
  }
  ctx.strokeStyle = rgba(layer.colour, layer.alpha);
  ctx.lineWidth = layer.stroke;
  ctx.lineCap = "round";
  ctx.stroke();
}

export function paintPath(ctx: SKRSContext2D, layer: PathLayer): void {
  ctx.beginPath();
  layer.points.forEach(([x, y], i) => {
    if (i === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  });
  if (layer.fill_to_y === null) {
    ctx.strokeStyle = rgba(layer.colour, layer.alpha);
    ctx.lineWidth = layer.width;
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    ctx.stroke();
    return;
  }
  const first = layer.points[0]?.[0] ?? 0;
  const last = layer.points.at(-1)?.[0] ?? 0;
  ctx.lineTo(last, layer.fill_to_y);
  ctx.lineTo(first, layer.fill_to_y);
  ctx.closePath();
  const gradient = ctx.createLinearGradient(
    0,
    Math.min(...layer.points.map((p) => p[1])),
    0,
    layer.fill_to_y,
  );
  gradient.addColorStop(0, rgba(layer.colour, layer.alpha));
  gradient.addColorStop(1, rgba(layer.colour, 0));
  ctx.fillStyle = gradient;
  ctx.fill();
}

/** Squeezes a photograph's 0–255 into the legal levels: 93 % of it over this grey gives 8…245. */
const PHOTO = { share: 0.93, grey: 110 } as const;

/** The same squeeze as FFmpeg's filter on RGB pictures. */
export const PHOTO_FILTER = ["r", "g", "b"]
  .map((c) => `${c}='val*${PHOTO.share}+${(PHOTO.grey * (1 - PHOTO.share)).toFixed(2)}'`)
  .join(":");

/** `enlarge`: the push it must bear without growing beyond its own pixels. */
export function rasteriseImage(image: Image, layer: ImageLayer, scale: number, enlarge: number): Canvas {
  const width = Math.ceil(layer.box.width * scale * enlarge);
  const height = Math.ceil(layer.box.height * scale * enlarge);
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = `rgb(${PHOTO.grey},${PHOTO.grey},${PHOTO.grey})`;
  ctx.fillRect(0, 0, width, height);
  const cover = Math.max(width / image.width, height / image.height);
  ctx.imageSmoothingQuality = "high";
  ctx.globalAlpha = PHOTO.share;
  ctx.drawImage(
    image,
    (width - image.width * cover) / 2,
    (height - image.height * cover) / 2,
    image.width * cover,
    image.height * cover,
  );
  return canvas;
}

/** A still bitmap of a layer at `scale`, one clear pixel around it so that its edges blend when it moves. */
export function rasterise(layer: TextLayer, scale: number): { bitmap: Canvas; box: Box } {
  const box = boundsOf(layer);
  const x = Math.floor(box.x * scale) - 1;
  const y = Math.floor(box.y * scale) - 1;
  const width = Math.ceil((box.x + box.width) * scale) + 1 - x;
  const height = Math.ceil((box.y + box.height) * scale) + 1 - y;
  const bitmap = createCanvas(Math.max(1, width), Math.max(1, height));
  const ctx = bitmap.getContext("2d");
  ctx.translate(-x, -y);
  ctx.scale(scale, scale);
  paintText(ctx, layer);
  return { bitmap, box: { x: x / scale, y: y / scale, width: width / scale, height: height / scale } };
}
