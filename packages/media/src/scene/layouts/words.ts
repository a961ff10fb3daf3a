/** Layouts that are mainly words: title, section, statement, quotation, definition, list. */
import type { Visual } from "@greenlight/contract/storyboard";
import { type Board, fit, place, putRect, rise, stagger } from "../board.ts";
import { DESCENT } from "../fit-text.ts";

type Of<K extends Visual["kind"]> = Extract<Visual, { kind: K }>;

const middle = (board: Board, height: number): number =>
  board.area.y + Math.max(0, (board.area.height - height) * 0.5);

const grow = (at_s: number) => ({ kind: "grow_right", at_s, duration_s: 0.6 }) as const;

export function layTitle(board: Board, visual: Of<"title">): void {
  const { area, unit: u, palette } = board;
  const width = board.portrait ? area.width : area.width * (board.width > board.height ? 0.76 : 1);
  const room = area.height - 70 * u;
  const sub = visual.subtitle ?? "";
  const title = fit(board, {
    text: visual.title,
    weight: 700,
    tracking: -0.035,
    max_px: 148 * u,
    min_px: 44 * u,
    width,
    height: room * (sub === "" ? 0.95 : 0.66),
    leading: 1.06,
  });
  const subtitle = fit(board, {
    text: sub,
    weight: 400,
    tracking: -0.01,
    max_px: Math.min(46 * u, title.size_px * 0.5),
    min_px: 26 * u,
    width: width * 0.92,
    height: room * 0.3,
    leading: 1.36,
  });
  const gap = subtitle.lines.length > 0 ? Math.max(44 * u, title.size_px * 0.52) : 0;
  const bar = 56 * u;
  const y = middle(board, bar + title.height + gap + subtitle.height);
  putRect(board, { x: area.x, y, width: 104 * u, height: 9 * u }, palette.accent, {
    enter: grow(0.1),
    radius: 4.5 * u,
  });
  place(board, title, {
    x: area.x,
    y: y + bar,
    colour: palette.text,
    role: "heading",
    enter: rise(0.2),
    line_delay_s: 0.12,
    ...(title.direction === "rtl" ? { width } : {}),
    align: "start",
  });
  place(board, subtitle, {
    x: area.x,
    y: y + bar + title.height + gap,
    colour: palette.muted,
    role: "body",
    enter: rise(0.35 + 0.12 * title.lines.length),
  });
}

export function laySection(board: Board, visual: Of<"section">): void {
  const { area, unit: u, palette } = board;
  const stacked = board.width <= board.height;
  const figure = fit(board, {
    text: String(visual.index).padStart(2, "0"),
    weight: 700,
    tracking: -0.05,
    max_px: (stacked ? 190 : 320) * u,
    min_px: 90 * u,
    width: area.width * (stacked ? 1 : 0.3),
    height: area.height * (stacked ? 0.35 : 0.6),
    leading: 1,
    max_lines: 1,
  });
  const x = stacked ? area.x : area.x + figure.width + 84 * u;
  const width = area.x + area.width - x;
  const above = stacked ? figure.height + 64 * u : 0;
  const heading = fit(board, {
    text: visual.heading,
    weight: 700,
    tracking: -0.03,
    max_px: 108 * u,
    min_px: 40 * u,
    width: width * (stacked ? 1 : 0.92),
    height: area.height - above - 110 * u,
    leading: 1.12,
  });
  const block = stacked ? above + heading.height : Math.max(figure.height, heading.height);
  const y = middle(board, block + 90 * u);
  place(board, figure, { x: area.x, y, colour: palette.accent, role: "value", enter: rise(0.1) });
  const headingY = stacked ? y + above : y + (block - heading.height) / 2;
  if (!stacked)
    putRect(board, { x: x - 42 * u, y, width: 2 * u, height: block }, palette.rule, {
      enter: { kind: "grow_down", at_s: 0.2, duration_s: 0.6 },
    });
  place(board, heading, {
    x,
    y: headingY,
    colour: palette.text,
    role: "heading",
    enter: rise(0.3),
    line_delay_s: 0.1,
  });
  const steps = Math.min(visual.of, 24);
  const gap = 12 * u;
  const step = Math.min(72 * u, (area.width - gap * (steps - 1)) / steps);
  const stepY = Math.min(y + block + 84 * u, area.y + area.height - 6 * u);
  for (let i = 0; i < steps; i++) {
    const box = { x: area.x + i * (step + gap), y: stepY, width: step, height: 6 * u };
    putRect(board, box, palette.rule, { enter: { kind: "fade", at_s: 0.3, duration_s: 0.4 }, radius: 3 * u });
    if (i < visual.index) putRect(board, box, palette.accent, { enter: grow(0.5 + 0.08 * i), radius: 3 * u });
  }
}

export function layStatement(board: Board, visual: Of<"statement">): void {
  const { area, unit: u, palette } = board;
  const long = visual.text.length > 130;
  const width = area.width * (board.width > board.height ? 0.88 : 1);
  const text = fit(board, {
    text: visual.text,
    weight: long ? 400 : 700,
    tracking: long ? -0.015 : -0.028,
    max_px: (long ? 66 : 112) * u,
    min_px: 30 * u,
    width,
    height: area.height - 80 * u,
    leading: long ? 1.34 : 1.16,
  });
  const y = middle(board, text.height + 66 * u);
  place(board, text, {
    x: area.x,
    y,
    colour: palette.text,
    role: "heading",
    enter: rise(0.15),
    line_delay_s: 0.1,
    ...(visual.emphasis === undefined ? {} : { emphasis: { text: visual.emphasis, colour: palette.accent } }),
  });
  putRect(
    board,
    { x: area.x, y: y + text.height + text.size_px * DESCENT + 36 * u, width: 104 * u, height: 7 * u },
    palette.accent,
    { enter: grow(0.35 + 0.1 * text.lines.length), radius: 3.5 * u },
  );
}

export function layQuotation(board: Board, visual: Of<"quotation">): void {
  const { area, unit: u, palette } = board;
  const stacked = board.width <= board.height;
  const mark = fit(board, {
    text: "“",
    weight: 700,
    max_px: (stacked ? 240 : 340) * u,
    min_px: 100 * u,
    width: area.width,
    height: area.height,
    leading: 1,
  });
  // Only the top half of its em square has ink.
  const markHeight = mark.size_px * 0.3;
  const x = stacked ? area.x : area.x + mark.width + 52 * u;
  const above = stacked ? markHeight + 56 * u : 0;
  const width = area.x + area.width - x;
  const by = fit(board, {
    text: visual.by ?? "",
    weight: 700,
    max_px: 38 * u,
    min_px: 24 * u,
    width: width - 90 * u,
    height: 110 * u,
    leading: 1.25,
    max_lines: 2,
  });
  const below = by.lines.length > 0 ? 76 * u + by.height : 0;
  const text = fit(board, {
    text: visual.text,
    weight: 400,
    tracking: -0.02,
    max_px: 84 * u,
    min_px: 28 * u,
    width: width * (stacked ? 1 : 0.96),
    height: area.height - above - below - 24 * u,
    leading: 1.3,
  });
  const y = middle(board, above + text.height + below);
  place(board, mark, { x: area.x, y, colour: palette.accent, role: "mark", enter: rise(0.1) });
  place(board, text, {
    x,
    y: y + above,
    colour: palette.text,
    role: "body",
    enter: rise(0.25),
    line_delay_s: 0.1,
  });
  const byY = y + above + text.height + 76 * u;
  if (by.lines.length === 0) return;
  const at = 0.5 + 0.1 * text.lines.length;
  putRect(board, { x, y: byY + by.size_px * 0.33, width: 56 * u, height: 4 * u }, palette.accent, {
    enter: grow(at),
  });
  place(board, by, { x: x + 84 * u, y: byY, colour: palette.muted, role: "label", enter: rise(at + 0.1) });
}

export function layDefinition(board: Board, visual: Of<"definition">): void {
  const { area, unit: u, palette } = board;
  const width = area.width * (board.width > board.height ? 0.86 : 1);
  const term = fit(board, {
    text: visual.term,
    weight: 700,
    tracking: -0.035,
    max_px: 128 * u,
    min_px: 40 * u,
    width,
    height: area.height * 0.4,
    leading: 1.08,
  });
  const rule = term.lines.length > 0 ? term.size_px * DESCENT + 40 * u : 0;
  const meaning = fit(board, {
    text: visual.meaning,
    weight: 400,
    tracking: -0.012,
    max_px: 58 * u,
    min_px: 27 * u,
    width,
    height: area.height - term.height - rule - 56 * u,
    leading: 1.38,
  });
  const y = middle(board, term.height + rule + 56 * u + meaning.height);
  place(board, term, {
    x: area.x,
    y,
    colour: palette.accent,
    role: "heading",
    enter: rise(0.15),
    line_delay_s: 0.1,
  });
  putRect(board, { x: area.x, y: y + term.height + rule, width: area.width, height: 2 * u }, palette.rule, {
    enter: grow(0.35),
  });
  place(board, meaning, {
    x: area.x,
    y: y + term.height + rule + 56 * u,
    colour: palette.text,
    role: "body",
    enter: rise(0.5),
    line_delay_s: 0.1,
  });
}

export function layList(board: Board, visual: Of<"list">): void {
  const { area, unit: u, palette } = board;
  const beside = board.width > board.height && (visual.heading ?? "").trim() !== "";
  const heading = fit(board, {
    text: visual.heading ?? "",
    weight: 700,
    tracking: -0.03,
    max_px: (beside ? 76 : 68) * u,
    min_px: 34 * u,
    width: beside ? area.width * 0.32 : area.width,
    height: beside ? area.height - 60 * u : area.height * 0.26,
    leading: 1.14,
  });
  const x = beside ? area.x + area.width * 0.39 : area.x;
  const above =
    beside || heading.lines.length === 0 ? 0 : heading.height + heading.size_px * DESCENT + 44 * u;
  const n = visual.items.length;
  const indent = 92 * u;
  const roomEach = Math.min(190 * u, (area.height - above) / n);
  const wanted = visual.items.map((text) => ({
    text,
    weight: 400 as const,
    tracking: -0.012,
    min_px: 24 * u,
    width: area.x + area.width - x - indent,
    height: roomEach - 32 * u,
    leading: 1.24,
  }));
  // All items in the size of the one that needs the smallest.
  const size = Math.min(...wanted.map((item) => fit(board, { ...item, max_px: 52 * u }).size_px));
  const items = wanted.map((item) =>
    fit(board, { ...item, max_px: size, min_px: Math.min(size, item.min_px) }),
  );
  const tallest = Math.max(...items.map((item) => item.height));
  const row = Math.min(roomEach, tallest + 76 * u);
  const y = middle(board, above + row * n);
  place(board, heading, {
    x: area.x,
    y: beside ? y + (row - tallest) / 2 : y,
    colour: palette.text,
    role: "heading",
    enter: rise(0.1),
    line_delay_s: 0.1,
  });
  items.forEach((item, i) => {
    const top = y + above + i * row;
    const at = stagger(board, i, n, 0.3);
    const textY = top + (row - item.height) / 2;
    putRect(board, { x, y: top, width: area.x + area.width - x, height: 2 * u }, palette.rule, {
      enter: grow(at),
    });
    const figure = fit(board, {
      text: String(i + 1).padStart(2, "0"),
      family: "mono",
      weight: 700,
      max_px: size * 0.72,
      min_px: 12 * u,
      width: indent,
      height: row,
      leading: 1,
    });
    place(board, figure, {
      x,
      y: textY + (size - figure.size_px) * 0.727,
      colour: palette.accent,
      role: "label",
      enter: rise(at + 0.05),
    });
    place(board, item, {
      x: x + indent,
      y: textY,
      colour: palette.text,
      role: "body",
      enter: rise(at + 0.1),
    });
  });
}
