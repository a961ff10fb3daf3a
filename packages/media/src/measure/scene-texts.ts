import type { Timing } from "@greenlight/contract/documents";
import { z } from "zod";
import type { DrawnText } from "./drawn-text.ts";

/** The part of a beat's drawing (`<beat>.json`) that says what text it shows, where and when. */
export const sceneTexts = z.looseObject({
  beat_id: z.string(),
  width: z.number(),
  height: z.number(),
  layers: z.array(
    z.looseObject({
      type: z.string(),
      runs: z.array(z.looseObject({ text: z.string(), colour: z.string() })).default([]),
      font: z.looseObject({ weight: z.number(), size_px: z.number() }).optional(),
      box: z.looseObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
      enter: z.looseObject({ at_s: z.number(), duration_s: z.number() }),
      leave_s: z.number().nullable(),
      count: z.looseObject({ duration_s: z.number() }).nullable().optional(),
    }),
  ),
});
export type SceneTexts = z.infer<typeof sceneTexts>;

/** The last moments of a beat may already belong to the next one's transition. */
const END_S = 0.15;

/** Texts of the scenes with their times in the film; scenes of beats that `timing` does not know are left out. */
export function textsOfScenes(
  scenes: readonly SceneTexts[],
  timing: Timing,
  size: { readonly width: number; readonly height: number },
): DrawnText[] {
  return scenes.flatMap((scene) => {
    const beat = timing.beats.find((b) => b.beat_id === scene.beat_id);
    if (beat === undefined) return [];
    const scale = size.width / scene.width;
    return scene.layers.flatMap((layer) => {
      const { box, font } = layer;
      const text = layer.runs.map((run) => run.text).join(" ");
      if (layer.type !== "text" || box === undefined || font === undefined || text.trim() === "") return [];
      const entered = layer.enter.at_s + layer.enter.duration_s + (layer.count?.duration_s ?? 0);
      const start = beat.start_s + entered;
      const leaves = layer.leave_s === null ? beat.end_s : Math.min(beat.end_s, beat.start_s + layer.leave_s);
      return [
        {
          text,
          box: {
            x: box.x * scale,
            y: box.y * scale,
            width: box.width * scale,
            height: box.height * scale,
          },
          colours: [...new Set(layer.runs.map((run) => run.colour))],
          size_px: font.size_px * scale,
          is_bold: font.weight >= 700,
          visible: { start_s: start, end_s: Math.max(start, leaves - END_S) },
        },
      ];
    });
  });
}
