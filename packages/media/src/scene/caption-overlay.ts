/**
 * Captions burned into the picture. Each look of a cue (which words are spoken) is rasterised once when it first
 * shows and kept until the next: a frame costs one small drawImage. Drawing is free of order: any time may be asked for.
 */

import type { Cue } from "@greenlight/contract/documents";
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { rgbOf } from "./contrast.ts";
import {
  type CaptionBlock,
  type CaptionFrame,
  type CaptionLine,
  type CaptionStyle,
  captionColours,
  layoutCaption,
} from "./layout-captions.ts";
import { applyFont, measureText } from "./measure-text.ts";
import type { Box } from "./scene-spec.ts";

/** What one cue covers while it shows, for the measurer. */
export type CaptionBox = {
  readonly index: number;
  readonly start_s: number;
  readonly end_s: number;
  /** Pixels: the plate, or the text where there is none. */
  readonly box: Box;
  readonly size_px: number;
  readonly weight: number;
  readonly colours: readonly string[];
  readonly behind: string;
};

export interface CaptionOverlay {
  /** Paints the caption of film time `t_s` over the frame, in the frame's pixels; nothing between cues. */
  draw(ctx: SKRSContext2D, t_s: number): void;
  /** Equal strings = equal pixels; empty = nothing is drawn. */
  stateAt(t_s: number): string;
  boxes(): CaptionBox[];
}

/** Width of the stroke around letters that have no plate, as a fraction of the size. */
const OUTLINE = 0.16;

export function prepareCaptions(
  cues: readonly Cue[],
  style: CaptionStyle,
  frame: CaptionFrame,
): CaptionOverlay {
  const colours = captionColours(frame.look, style.style);
  const margin = frame.look.margin;
  const blocks = new Map<Cue, CaptionBlock>();
  const blockOf = (cue: Cue): CaptionBlock => {
    const known = blocks.get(cue) ?? layoutCaption(cue, style, margin, frame);
    blocks.set(cue, known);
    return known;
  };
  const inOrder = [...cues].sort((a, b) => a.start_s - b.start_s);
  const cueAt = (t_s: number): Cue | undefined => {
    let low = 0;
    let high = inOrder.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((inOrder[middle]?.start_s ?? 0) <= t_s) low = middle + 1;
      else high = middle;
    }
    const cue = inOrder[low - 1];
    return cue !== undefined && t_s < cue.end_s ? cue : undefined;
  };
  const spokenAt = (cue: Cue, t_s: number): number =>
    style.style === "karaoke" ? cue.words.filter((word) => word.start_s <= t_s).length : cue.words.length;
  let kept: { key: string; bitmap: Canvas; x: number; y: number } | undefined;

  const bitmapOf = (cue: Cue, spoken: number, scale: number) => {
    const key = `${cue.index}/${spoken}/${scale}`;
    if (kept?.key === key) return kept;
    const block = blockOf(cue);
    const bleed = block.size_px * OUTLINE;
    const x = Math.floor((block.plate.x - bleed) * scale);
    const y = Math.floor((block.plate.y - bleed) * scale);
    const width = Math.ceil((block.plate.width + 2 * bleed) * scale) + 1;
    const height = Math.ceil((block.plate.height + 2 * bleed) * scale) + 1;
    const bitmap = createCanvas(Math.max(1, width), Math.max(1, height));
    const ctx = bitmap.getContext("2d");
    ctx.translate(-x, -y);
    ctx.scale(scale, scale);
    if (style.style !== "outline") paintPlate(ctx, block, colours.plate, colours.plate_alpha);
    for (const line of block.lines)
      paintLine(ctx, block, line, spoken, colours, style.style === "outline" ? colours.plate : null);
    kept = { key, bitmap, x, y };
    return kept;
  };

  return {
    draw(ctx, t_s) {
      const cue = cueAt(t_s);
      if (cue === undefined || blockOf(cue).lines.length === 0) return;
      const scale = ctx.getTransform().a;
      const { bitmap, x, y } = bitmapOf(cue, spokenAt(cue, t_s), scale);
      ctx.drawImage(bitmap, x / scale, y / scale, bitmap.width / scale, bitmap.height / scale);
    },
    stateAt(t_s) {
      const cue = cueAt(t_s);
      if (cue === undefined || blockOf(cue).lines.length === 0) return "";
      return `${cue.index}/${spokenAt(cue, t_s)}`;
    },
    boxes: () =>
      inOrder.map((cue) => {
        const block = blockOf(cue);
        return {
          index: cue.index,
          start_s: cue.start_s,
          end_s: cue.end_s,
          box: block.plate,
          size_px: block.size_px,
          weight: block.face.weight,
          colours: [...new Set([colours.spoken, colours.coming])],
          behind: colours.behind,
        };
      }),
  };
}

function paintPlate(ctx: SKRSContext2D, block: CaptionBlock, colour: string, alpha: number): void {
  const { x, y, width, height } = block.plate;
  ctx.fillStyle = `rgba(${rgbOf(colour).join(",")},${alpha})`;
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, block.size_px * 0.22);
  ctx.fill();
}

/** How much of the line has been spoken, pixels from where reading begins. Between two words counts as the first. */
function spokenWidth(line: CaptionLine, block: CaptionBlock, spoken: number): number {
  if (line.ends.every((end) => end.word < spoken)) return line.width;
  const last = line.ends.findLast((end) => end.word < spoken);
  if (last === undefined) return 0;
  return measureText(line.text.slice(0, last.at), block.face, line.direction).width * block.size_px;
}

/** Both colours are clipped out of the whole line, so that shaping and direction are never cut. */
function paintLine(
  ctx: SKRSContext2D,
  block: CaptionBlock,
  line: CaptionLine,
  spoken: number,
  colours: { readonly spoken: string; readonly coming: string },
  outline: string | null,
): void {
  applyFont(ctx, { ...block.face, size_px: block.size_px }, line.direction);
  if (outline !== null) {
    ctx.strokeStyle = outline;
    ctx.lineJoin = "round";
    ctx.lineWidth = block.size_px * OUTLINE;
    ctx.strokeText(line.text, line.x, line.y);
  }
  const done = spokenWidth(line, block, spoken);
  const edge = line.direction === "rtl" ? line.x + line.width - done : line.x + done;
  const top = line.y - block.size_px * 1.2;
  const tall = block.size_px * 1.8;
  const part = (colour: string, x: number, width: number) => {
    if (width <= 0) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, top, width, tall);
    ctx.clip();
    ctx.fillStyle = colour;
    ctx.fillText(line.text, line.x, line.y);
    ctx.restore();
  };
  const overhang = block.size_px * 0.2;
  const left = line.x - overhang;
  const right = line.x + line.width + overhang;
  const whole = done >= line.width;
  const none = done <= 0;
  const readsLeft = line.direction === "ltr";
  if (whole || none) {
    part(whole ? colours.spoken : colours.coming, left, right - left);
    return;
  }
  part(readsLeft ? colours.spoken : colours.coming, left, edge - left);
  part(readsLeft ? colours.coming : colours.spoken, edge, right - edge);
}
