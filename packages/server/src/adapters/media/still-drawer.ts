import { undrawable } from "@greenlight/media/scene/fonts";
import { sceneSpec } from "@greenlight/media/scene/scene-spec";
import type { StillDrawer } from "../../app/ports/still-drawer.ts";
import { Rejection } from "../../domain/commands.ts";
import { type MediaProcesses, orUnavailable } from "./media-processes.ts";

/** Draws stills with the film's own renderer, each in a process of its own. */
export function createStillDrawer(processes: MediaProcesses): StillDrawer {
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
      const paths: Record<string, string> = {};
      for (const layer of spec.layers)
        if (layer.type === "image" || layer.type === "video") paths[layer.id] ??= await pathOf(layer.id);
      return orUnavailable(
        `the still of ${spec.beat_id} could not be drawn`,
        processes.ask({ type: "draw_still", spec, paths }, new AbortController().signal),
      );
    },
  };
}
