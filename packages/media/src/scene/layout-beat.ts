import type { Render } from "@greenlight/contract/render";
import type { Beat } from "@greenlight/contract/storyboard";
import { backgroundOf, putRings } from "./backdrop.ts";
import { type Board, fit } from "./board.ts";
import { isRtlLanguage } from "./fit-text.ts";
import { layBarChart } from "./layouts/bar-chart.ts";
import { layComparison } from "./layouts/comparison.ts";
import { layDefinition } from "./layouts/definition.ts";
import { layDiagram } from "./layouts/diagram.ts";
import { layImage } from "./layouts/image.ts";
import { layLineChart } from "./layouts/line-chart.ts";
import { layList } from "./layouts/list.ts";
import { layNumber } from "./layouts/number.ts";
import { layQuotation } from "./layouts/quotation.ts";
import { laySection } from "./layouts/section.ts";
import { layStatement } from "./layouts/statement.ts";
import { layTimeline } from "./layouts/timeline.ts";
import { layTitle } from "./layouts/title.ts";
import { mirror } from "./mirror.ts";
import { paletteOf } from "./palette.ts";
import { place } from "./place-text.ts";
import { putRect } from "./put-shapes.ts";
import { contentArea, isPortrait } from "./safe-area.ts";
import type { Box, SceneSpec, TextLayer } from "./scene-spec.ts";
import { spokenInTurn } from "./spoken-at.ts";

export type LayoutRequest = {
  readonly beat: Beat;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The film's title. */
  readonly title: string;
  readonly language: string;
  readonly look: Render["look"];
  readonly pacing: Render["pacing"];
  /** The photograph, or the video if it has a `clip`, of an `image` beat: `id` is handed to `openImage` later. */
  readonly image?:
    | {
        readonly id: string;
        readonly width: number;
        readonly height: number;
        readonly clip?: { readonly length_s: number } | undefined;
      }
    | undefined;
  readonly duration_s: number;
  /** Another look of the same content, 0 or none for the plain one: see `varied`. */
  readonly variant?: number | undefined;
};

const MOVES: readonly Beat["motion"][] = ["push_in", "push_out", "drift_left", "drift_right"];

/**
 * Variant n: the two accents change places when n is odd, and the camera takes the n-th move after its own (a scene
 * that stands still stays so). Two variants in a row always differ.
 */
function varied(look: Render["look"], motion: Beat["motion"], variant: number) {
  const at = MOVES.indexOf(motion);
  return {
    look: variant % 2 === 0 ? look : { ...look, accent: look.accent_2, accent_2: look.accent },
    motion: at < 0 ? motion : (MOVES[(at + variant) % MOVES.length] ?? motion),
  };
}

/** These stand on their own: no section label above them, stronger rings. */
const POSTERS = new Set(["title", "section", "statement", "quotation", "definition", "number"]);

/**
 * Lays one beat out for a frame of width × height: pure, the same request gives the same spec. Text stays inside the
 * safe area above the captions. @throws Error when an `image` beat comes without its image.
 */
export function layoutBeat(request: LayoutRequest): SceneSpec {
  const { beat, width, height, language, duration_s } = request;
  const { look, motion } = varied(request.look, beat.motion, request.variant ?? 0);
  const safe = contentArea(width, height, look.margin);
  const layers: SceneSpec["layers"] = [];
  const unit = Math.min(width, height) / 1080;
  const portrait = isPortrait(width, height);
  const frame: Board = {
    width,
    height,
    area: safe,
    portrait,
    unit,
    palette: paletteOf(look),
    language,
    duration_s,
    layers,
    spoken: (texts) => spokenInTurn(beat, request.pacing.lead_s, texts),
  };
  const labelled =
    beat.visual.kind !== "title" && beat.visual.kind !== "section" && beat.visual.kind !== "image";
  const head = labelled ? putSectionLabel(frame, beat.section) : 0;
  const board: Board = {
    ...frame,
    area: { ...safe, y: safe.y + head, height: safe.height - head },
  };
  layVisual(board, request);
  if (beat.visual.kind !== "image") putRings(board, beat.section, POSTERS.has(beat.visual.kind));
  const spec: SceneSpec = {
    beat_id: beat.id,
    kind: beat.visual.kind,
    width,
    height,
    duration_s,
    background: backgroundOf(board, beat.section),
    motion,
    push: look.push,
    layers,
  };
  const turned = isRtlLanguage(language) ? mirror(spec) : spec;
  return {
    ...turned,
    layers: turned.layers.map((layer) => (layer.type === "text" ? nudgeInside(layer, safe) : layer)),
  };
}

/** Accents and overhangs reach further than the letters a layout reckons with: moves the text back by what sticks out. */
function nudgeInside(layer: TextLayer, area: Box): TextLayer {
  const along = (at: number, size: number, from: number, room: number) =>
    at < from || size > room ? from - at : Math.min(0, from + room - at - size);
  const dx = along(layer.box.x, layer.box.width, area.x, area.width);
  const dy = along(layer.box.y, layer.box.height, area.y, area.height);
  if (dx === 0 && dy === 0) return layer;
  return {
    ...layer,
    box: { ...layer.box, x: layer.box.x + dx, y: layer.box.y + dy },
    runs: layer.runs.map((run) => ({ ...run, x: run.x + dx, y: run.y + dy })),
  };
}

/** A thin rule and the section's name at the top; gives the height it takes. */
function putSectionLabel(board: Board, section: string): number {
  const { area, unit: u, palette } = board;
  const text = fit(board, {
    text: section,
    weight: 700,
    tracking: 0.02,
    max_px: 34 * u,
    min_px: 28 * u,
    width: area.width * 0.84,
    height: 52 * u,
    leading: 1,
    max_lines: 1,
  });
  if (text.lines.length === 0) return 0;
  const y = area.y + 8 * u;
  const enter = { kind: "fade", at_s: 0, duration_s: 0.4 } as const;
  putRect(
    board,
    { x: area.x, y: y + text.height / 2 - 1.5 * u, width: 44 * u, height: 3 * u },
    palette.accent,
    {
      enter: { kind: "grow_right", at_s: 0, duration_s: 0.5 },
      depth: 0,
    },
  );
  place(board, text, { x: area.x + 64 * u, y, colour: palette.muted, role: "label", enter, depth: 0 });
  return 8 * u + text.height + 56 * u;
}

function layVisual(board: Board, request: LayoutRequest): void {
  const { visual } = request.beat;
  switch (visual.kind) {
    case "title":
      layTitle(board, visual);
      break;
    case "section":
      laySection(board, visual);
      break;
    case "statement":
      layStatement(board, visual);
      break;
    case "list":
      layList(board, visual);
      break;
    case "number":
      layNumber(board, visual);
      break;
    case "comparison":
      layComparison(board, visual);
      break;
    case "bar_chart":
      layBarChart(board, visual);
      break;
    case "line_chart":
      layLineChart(board, visual);
      break;
    case "timeline":
      layTimeline(board, visual);
      break;
    case "quotation":
      layQuotation(board, visual);
      break;
    case "definition":
      layDefinition(board, visual);
      break;
    case "diagram":
      layDiagram(board, visual);
      break;
    case "image": {
      if (request.image === undefined)
        throw new Error(
          `Beat ${request.beat.id}: the image "${visual.src}" is missing; add it to the brief's sources.`,
        );
      layImage(board, visual, request.image);
      break;
    }
  }
}
