import type { Render } from "@greenlight/contract/render";
import type { Beat, Visual } from "@greenlight/contract/storyboard";
import fc from "fast-check";
import { type LayoutRequest, layoutBeat } from "../layout-beat.ts";

export const LOOK: Render["look"] = {
  background: "#0f172a",
  surface: "#1e293b",
  text: "#e8edf4",
  accent: "#38bdf8",
  accent_2: "#fbbf24",
  margin: 0.05,
  push: 1.08,
};
const PACING: Render["pacing"] = {
  beat_min_s: 2.5,
  beat_max_s: 12,
  card_min_s: 3.5,
  lead_s: 0.25,
  tail_s: 0.35,
  transition_s: 0.4,
  words_per_minute: 160,
};
export const FRAMES = [
  [1920, 1080],
  [1080, 1920],
  [1080, 1080],
] as const;

/** One beat of each kind. */
export const SAMPLES: readonly Visual[] = [
  { kind: "title", title: "How Lighthouses Changed the Sea", subtitle: "Two thousand years of light" },
  { kind: "section", heading: "From Bonfires to Lenses", index: 2, of: 5 },
  {
    kind: "statement",
    text: "A single lens carried the light thirty kilometres.",
    emphasis: "thirty kilometres",
  },
  {
    kind: "list",
    heading: "What a keeper did",
    items: ["Trim the wicks", "Wind the clockwork", "Polish the brass"],
  },
  { kind: "number", value: "1,500", unit: "km", label: "of coastline were lit by 1850" },
  {
    kind: "comparison",
    left: { label: "Oil lamp", value: "12 km" },
    right: { label: "Fresnel lens", value: "32 km" },
    caption: "How far the light was seen",
  },
  {
    kind: "bar_chart",
    heading: "Towers built",
    unit: "towers",
    bars: [
      { label: "1800s", value: 12 },
      { label: "1810s", value: 31 },
      { label: "1820s", value: -4 },
    ],
  },
  {
    kind: "line_chart",
    heading: "Ships lost",
    unit: "per year",
    points: [
      { label: "1820", value: 182 },
      { label: "1840", value: 141 },
      { label: "1860", value: 74 },
    ],
  },
  {
    kind: "timeline",
    events: [
      { when: "280 BC", what: "The Pharos is lit" },
      { when: "1822", what: "Fresnel's lens shines at Cordouan" },
    ],
  },
  { kind: "quotation", text: "The lighthouse does great service to humanity.", by: "Alice Rollins" },
  { kind: "definition", term: "Fresnel lens", meaning: "A lens cut into rings." },
  { kind: "diagram", nodes: ["Lamp", "Lens", "Beam"] },
  { kind: "image", src: "tower.png", alt: "The tower at Cordouan" },
];

const MOTIONS = ["push_in", "push_out", "drift_left", "drift_right", "still_breathe"] as const;

export function specOf(
  visual: Visual,
  frame: readonly [number, number],
  more: Partial<LayoutRequest & Beat> = {},
) {
  const beat: Beat = {
    id: "b01",
    section: more.section ?? "From bonfires to lenses",
    narration: "",
    duration_s: more.duration_s ?? 6,
    speech_s: 5,
    visual,
    on_screen_text: "",
    motion: more.motion ?? "push_in",
    transition: "cut",
    citations: [],
  };
  return layoutBeat({
    beat,
    width: frame[0],
    height: frame[1],
    title: "Lighthouses",
    language: more.language ?? "en",
    look: more.look ?? LOOK,
    pacing: PACING,
    image: { id: "photo", width: 160, height: 100 },
    duration_s: beat.duration_s,
    variant: more.variant,
  });
}

const words = fc.constantFrom(
  "light",
  "a",
  "1,234.5",
  "Donaudampfschifffahrtsgesellschaftskapitän",
  "https://example.org/a/very/long/path-with-no-spaces-in-it-at-all-0123456789",
  "مرحبا",
  "العالم",
  "灯台が海を変えた。",
  "東京、",
  "👩‍🚀",
  "(x)",
  "–",
  "Ωμέγα",
);
/** From nothing to far too much, in several scripts. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(words, { maxLength: 40 }).map((parts) => parts.join(" ").slice(0, 400)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
);
const value = fc.oneof(fc.integer({ min: -1e6, max: 1e9 }), fc.double({ min: -10, max: 10, noNaN: true }));
const optional = fc.option(anyText, { nil: undefined });
const defined = <T extends Record<string, unknown>>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, v]) => v !== undefined)) as T;
const side = fc.record({ label: anyText, value: optional }).map(defined);

export const anyVisual = fc
  .oneof(
    fc.record({ kind: fc.constant("title"), title: anyText, subtitle: optional }),
    fc.record({
      kind: fc.constant("section"),
      heading: anyText,
      index: fc.integer({ min: 1, max: 120 }),
      of: fc.integer({ min: 1, max: 120 }),
    }),
    fc.record({ kind: fc.constant("statement"), text: anyText, emphasis: optional }),
    fc.record({
      kind: fc.constant("list"),
      heading: optional,
      items: fc.array(anyText, { minLength: 1, maxLength: 6 }),
    }),
    fc.record({
      kind: fc.constant("number"),
      value: fc.oneof(anyText, fc.integer().map(String), fc.constant("7"), fc.constant("88%")),
      unit: optional,
      label: anyText,
    }),
    fc.record({ kind: fc.constant("comparison"), left: side, right: side, caption: optional }),
    fc.record({
      kind: fc.constant("bar_chart"),
      heading: optional,
      unit: optional,
      bars: fc.array(fc.record({ label: anyText, value }), { minLength: 2, maxLength: 8 }),
    }),
    fc.record({
      kind: fc.constant("line_chart"),
      heading: optional,
      unit: optional,
      points: fc.array(fc.record({ label: anyText, value }), { minLength: 2, maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant("timeline"),
      events: fc.array(fc.record({ when: anyText, what: anyText }), { minLength: 1, maxLength: 6 }),
    }),
    fc.record({ kind: fc.constant("quotation"), text: anyText, by: optional }),
    fc.record({ kind: fc.constant("definition"), term: anyText, meaning: anyText }),
    fc.record({ kind: fc.constant("diagram"), nodes: fc.array(anyText, { minLength: 2, maxLength: 5 }) }),
    fc.record({ kind: fc.constant("image"), src: fc.constant("x.png"), alt: optional }),
  )
  .map((visual) => defined(visual) as Visual);

export const anyMotion = fc.constantFrom(...MOTIONS);
export const anyFrame = fc.constantFrom(...FRAMES);
export const anyLanguage = fc.constantFrom("en", "ar", "ja");
