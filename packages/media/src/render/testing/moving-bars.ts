import type { FrameSource } from "../frame-source.ts";

/** A source for tests: a gradient, growing bars and a headline under a slow push; every frame differs. */
export function movingBars(width: number, height: number, frameCount: number, hue = 200): FrameSource {
  return {
    width,
    height,
    frame_count: frameCount,
    draw(ctx, index) {
      const t = index / Math.max(1, frameCount);
      ctx.resetTransform();
      const sky = ctx.createLinearGradient(0, 0, width, height);
      sky.addColorStop(0, `hsl(${hue} 40% 12%)`);
      sky.addColorStop(1, `hsl(${hue} 30% 24%)`);
      ctx.fillStyle = sky;
      ctx.fillRect(0, 0, width, height);
      ctx.translate(width / 2, height / 2);
      ctx.scale((width / 1920) * (1 + 0.08 * t), (width / 1920) * (1 + 0.08 * t));
      ctx.fillStyle = "#e8edf4";
      ctx.font = "700 96px sans-serif";
      ctx.fillText("Roughly half of all rainfall", -650, -200);
      for (let bar = 0; bar < 5; bar++) {
        const grown = Math.min(1, Math.max(0, (index - bar * 3) / 12));
        ctx.fillStyle = bar % 2 ? "#38bdf8" : "#fbbf24";
        ctx.fillRect(-500 + bar * 210, 400 - grown * (100 + bar * 60), 160, grown * (100 + bar * 60));
      }
      ctx.resetTransform();
    },
  };
}
