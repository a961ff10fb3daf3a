import type { Beat } from "@greenlight/contract/storyboard";
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { easeStandard } from "./easing.ts";

type Paint = (ctx: SKRSContext2D) => void;

/** The scene that goes makes way by this share of the frame's width. */
const PARALLAX = 0.3;

let scratch: Canvas | undefined;

/** A canvas of the same size and transform to paint the coming scene on, kept for the next frame. */
function paintAside(ctx: SKRSContext2D, paint: Paint): Canvas {
  const { width, height } = ctx.canvas;
  if (scratch === undefined || scratch.width !== width || scratch.height !== height)
    scratch = createCanvas(width, height);
  const aside = scratch.getContext("2d");
  aside.save();
  aside.setTransform(ctx.getTransform());
  paint(aside);
  aside.restore();
  return scratch;
}

/**
 * Paints one frame between two scenes: `progress` 0 shows `from`, 1 shows `to`. Both paint a whole frame with the
 * context's transform; clips and shifts are made in the canvas's own pixels.
 */
export function drawTransition(
  kind: Beat["transition"],
  ctx: SKRSContext2D,
  from: Paint,
  to: Paint,
  progress: number,
): void {
  if (kind === "cut" || progress >= 1) {
    to(ctx);
    return;
  }
  if (progress <= 0) {
    from(ctx);
    return;
  }
  const { width, height } = ctx.canvas;
  const eased = easeStandard(progress);
  const transform = ctx.getTransform();
  const shifted = (paint: Paint, dx: number) => {
    ctx.save();
    ctx.setTransform(transform.a, transform.b, transform.c, transform.d, transform.e + dx, transform.f);
    paint(ctx);
    ctx.restore();
  };
  switch (kind) {
    case "crossfade": {
      const coming = paintAside(ctx, to);
      from(ctx);
      ctx.save();
      ctx.resetTransform();
      // Early: the words that go are gone before those that come can be read, so no two texts mix.
      ctx.globalAlpha = eased;
      ctx.drawImage(coming, 0, 0);
      ctx.restore();
      return;
    }
    case "wipe":
      from(ctx);
      ctx.save();
      ctx.resetTransform();
      ctx.beginPath();
      ctx.rect(0, 0, Math.round(width * eased), height);
      ctx.clip();
      ctx.setTransform(transform);
      to(ctx);
      ctx.restore();
      return;
    case "slide": {
      const edge = Math.round(width * (1 - eased));
      shifted(from, -Math.round(width * eased * PARALLAX));
      shifted(to, edge);
      return;
    }
  }
}
