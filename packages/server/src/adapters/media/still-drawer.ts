import { undrawable } from "@greenlight/media/scene/fonts";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import type { StillDrawer } from "../../app/ports/still-drawer.ts";
import { Rejection } from "../../domain/commands.ts";
import { askChild } from "./ask-child.ts";
import type { DrawStill, StillDrawn } from "./still-worker.ts";

const WORKER = new URL("./still-worker.ts", import.meta.url);

/** Draws stills with the film's own renderer, each in a process of its own. */
export function createStillDrawer({ timeout_ms }: { readonly timeout_ms: number }): StillDrawer {
  return {
    async draw(scene, pathOf) {
      const spec = sceneSpec.parse(scene);
      const texts = spec.layers.flatMap((l) => (l.type === "text" ? l.runs.map((run) => run.text) : []));
      const letters = undrawable(texts.join(" "));
      if (letters.length > 0)
        throw new Rejection(
          "script_not_drawable",
          `${spec.beat_id} has letters no font here can draw: ${letters.slice(0, 12).join(" ")}`,
        );
      const images: Record<string, string> = {};
      for (const layer of spec.layers)
        if (layer.type === "image") images[layer.id] ??= await pathOf(layer.id);
      const question: DrawStill = { spec, images };
      const drawn = await askChild<StillDrawn>(WORKER, question, timeout_ms);
      if ("png" in drawn) return drawn.png;
      throw new Rejection("media_unreadable", `${spec.beat_id} cannot be drawn: ${drawn.message}`);
    },
  };
}
