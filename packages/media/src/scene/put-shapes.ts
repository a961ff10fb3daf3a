import type { Board } from "./board.ts";
import type { Box, Enter } from "./scene-spec.ts";

type RectOptions = {
  readonly enter: Enter;
  readonly radius?: number;
  readonly alpha?: number;
  readonly alpha_end?: number;
  readonly across?: boolean;
  readonly depth?: number;
  readonly leave_s?: number | null;
};

export function putRect(board: Board, box: Box, colour: string, options: RectOptions): void {
  if (box.width <= 0 || box.height <= 0) return;
  const alpha = options.alpha ?? 1;
  board.layers.push({
    type: "rect",
    box,
    radius: Math.min(options.radius ?? 0, box.width / 2, box.height / 2),
    colour,
    alpha,
    alpha_end: options.alpha_end ?? alpha,
    across: options.across ?? false,
    enter: options.enter,
    leave_s: options.leave_s ?? null,
    depth: options.depth ?? 1,
  });
}

type CircleOptions = {
  readonly enter: Enter;
  readonly alpha?: number;
  readonly stroke?: number;
  readonly start?: number;
  readonly sweep?: number;
  readonly spin?: number;
  readonly depth?: number;
};

export function putCircle(
  board: Board,
  cx: number,
  cy: number,
  r: number,
  colour: string,
  options: CircleOptions,
): void {
  board.layers.push({
    type: "circle",
    cx,
    cy,
    r,
    colour,
    alpha: options.alpha ?? 1,
    stroke: options.stroke ?? 0,
    start: options.start ?? 0,
    sweep: options.sweep ?? Math.PI * 2,
    spin: options.spin ?? 0,
    enter: options.enter,
    leave_s: null,
    depth: options.depth ?? 1,
  });
}

export function putPath(
  board: Board,
  points: [number, number][],
  colour: string,
  options: {
    readonly enter: Enter;
    readonly width?: number;
    readonly alpha?: number;
    readonly fill_to_y?: number;
  },
): void {
  board.layers.push({
    type: "path",
    points,
    width: options.width ?? 2,
    colour,
    alpha: options.alpha ?? 1,
    fill_to_y: options.fill_to_y ?? null,
    enter: options.enter,
    leave_s: null,
    depth: 1,
  });
}
