import type { Visual } from "@greenlight/contract/storyboard";
import { comparison } from "./comparison.ts";
import { barChart, bigNumber, dated, lineChart, timeline } from "./figures.ts";
import type { Scene } from "./scene.ts";
import { statement } from "./statement.ts";
import { definition, diagram, image, list, quotation, route } from "./wording.ts";

/** The first that fits wins: what shows most of the sentence stands first. */
const KINDS = [
  image,
  quotation,
  lineChart,
  barChart,
  comparison,
  timeline,
  route,
  list,
  definition,
  bigNumber,
  dated,
  diagram,
] as const;

/** The visual for a sentence, made only of what it (or its section before it) says. */
export function chooseVisual(scene: Scene): Visual {
  for (const kind of KINDS) {
    const visual = kind(scene);
    if (visual !== null) return visual;
  }
  return statement(scene);
}

/** Every visual that fits a sentence, best first; the statement always does. */
export function visualsThatFit(scene: Scene): Visual[] {
  return [...KINDS.map((kind) => kind(scene)).filter((visual) => visual !== null), statement(scene)];
}

/** The words a visual shows, as one line. */
export function onScreenText(visual: Visual): string {
  switch (visual.kind) {
    case "title":
      return visual.title;
    case "section":
      return visual.heading;
    case "statement":
    case "quotation":
      return visual.text;
    case "list":
      return visual.items.join(" · ");
    case "number":
      return [visual.value, visual.unit, visual.label].filter((part) => part !== undefined).join(" ");
    case "comparison":
      return `${visual.left.label} · ${visual.right.label}`;
    case "bar_chart":
      return visual.bars.map((bar) => bar.label).join(" · ");
    case "line_chart":
      return visual.heading ?? visual.points.map((point) => point.label).join(" · ");
    case "timeline":
      return visual.events.map((event) => `${event.when} ${event.what}`).join(" · ");
    case "definition":
      return visual.term;
    case "diagram":
      return visual.nodes.join(" → ");
    case "image":
      return visual.alt ?? "";
  }
}
