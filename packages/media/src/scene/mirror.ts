import { measureText } from "./measure-text.ts";
import type { Box, Enter, Layer, SceneSpec, TextLayer } from "./scene-spec.ts";

const TURNED: Partial<Record<Enter["kind"], Enter["kind"]>> = {
  wipe_right: "wipe_left",
  wipe_left: "wipe_right",
  grow_right: "grow_left",
  grow_left: "grow_right",
};

const runWidth = (text: string, layer: TextLayer): number =>
  measureText(text, layer.font, layer.direction).width * layer.font.size_px;

function mirrorLayer(layer: Layer, frameWidth: number): Layer {
  const side = (x: number) => frameWidth - x;
  const turn = (box: Box): Box => ({ ...box, x: side(box.x + box.width) });
  const enter = { ...layer.enter, kind: TURNED[layer.enter.kind] ?? layer.enter.kind };
  switch (layer.type) {
    case "text": {
      const runs = layer.runs.map((run) => ({ ...run, x: side(run.x + runWidth(run.text, layer)) }));
      // Ink and pen differ: the box moves with the pen.
      const shift = (runs[0]?.x ?? 0) - (layer.runs[0]?.x ?? 0);
      const box = runs.length === 1 ? { ...layer.box, x: layer.box.x + shift } : turn(layer.box);
      return { ...layer, enter, runs, box };
    }
    case "rect":
      return { ...layer, enter, box: turn(layer.box) };
    case "path":
      return { ...layer, enter, points: layer.points.map(([x, y]): [number, number] => [side(x), y]) };
    case "circle":
      return {
        ...layer,
        enter,
        cx: side(layer.cx),
        start: Math.PI - layer.start - layer.sweep,
        spin: -layer.spin,
      };
    case "image":
    case "video":
      return { ...layer, enter };
  }
}

/** The same scene read from right to left: everything changes sides, letters and photographs stay as they are. */
export function mirror(spec: SceneSpec): SceneSpec {
  const glows = spec.background.glows.map((glow) => ({ ...glow, x: spec.width - glow.x }));
  return {
    ...spec,
    background: { ...spec.background, glows },
    layers: spec.layers.map((layer) => mirrorLayer(layer, spec.width)),
  };
}
