import { LEAVE_S } from "./prepare-scene.ts";
import type { Layer, SceneSpec } from "./scene-spec.ts";

/** The closing scene's length, seconds: any, as nothing moves in it. */
const CLOSING_S = 1;

/**
 * The scene that looks throughout as `spec` does at its end: what the next beat comes out of. It is equal for specs
 * that differ in their times only, so that a longer beat leaves the beat after it as it is (unless a video still plays
 * at its end). A scene that is still moving in at its end has no such standing picture and is returned unchanged.
 */
export function closingScene(spec: SceneSpec): SceneSpec {
  const layers = spec.layers
    .filter(({ leave_s }) => leave_s === null || leave_s + LEAVE_S > spec.duration_s)
    .map((layer) => settled(layer, spec.duration_s));
  return layers.every((layer) => layer !== null) ? { ...spec, duration_s: CLOSING_S, layers } : spec;
}

/** The layer as it stands once it has come in; null if at that time it has not, or is on its way out. */
function settled(layer: Layer, at_s: number): Layer | null {
  const { enter, leave_s } = layer;
  const count_s = layer.type === "text" && layer.count !== null ? layer.count.duration_s : 0;
  if (enter.at_s + Math.max(enter.duration_s, count_s) > at_s) return null;
  if (leave_s !== null && leave_s < at_s) return null;
  const still = { enter: { ...enter, at_s: 0, duration_s: 0 }, leave_s: null };
  if (layer.type === "video")
    return { ...layer, ...still, from_s: Math.min(layer.length_s, layer.from_s + at_s - CLOSING_S) };
  return layer.type === "text" ? { ...layer, ...still, count: null } : { ...layer, ...still };
}
