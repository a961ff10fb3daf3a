import type { JobEvent, ProgressFrame } from "@greenlight/contract/event";
import type { CliContext } from "./context.ts";

/** Tells a job's course: bars that redraw on a terminal, one line per event elsewhere. */
export interface StageBoard {
  event(event: JobEvent): void;
  progress(frame: ProgressFrame): void;
  /** Leaves the lines as they are and gives the terminal back, e.g. to ask something. */
  rest(): void;
}

type Row = { stage: string; mark: string; fraction: number; note: string };

const WIDTH = 24;

/** One JSON object per event and line. */
export function jsonBoard(out: CliContext["stdout"]): StageBoard {
  return {
    event: (event) => out.write(`${JSON.stringify({ type: "event", event })}\n`),
    progress: (frame) => out.write(`${JSON.stringify({ type: "progress", progress: frame })}\n`),
    rest() {},
  };
}

/** One line per event; progress is left out. */
export function lineBoard(out: CliContext["stderr"]): StageBoard {
  return {
    event: (event) => out.write(`${event.ts}  ${event.type.padEnd(20)} ${event.message}\n`),
    progress() {},
    rest() {},
  };
}

/** A row per stage with a bar, redrawn in place at most ten times a second. */
export function barBoard(out: CliContext["stderr"], stages: readonly string[]): StageBoard {
  const rows = new Map<string, Row>(
    stages.map((stage) => [stage, { stage, mark: " ", fraction: 0, note: "" }]),
  );
  const pad = Math.max(...stages.map((stage) => stage.length)) + 2;
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    const columns = out.columns ?? 80;
    const lines = [...rows.values()].map((row) => `${bar(row, pad).slice(0, columns - 1)}\u001b[K\n`);
    out.write(`${drawn > 0 ? `\u001b[${drawn}A` : ""}${lines.join("")}`);
    drawn = lines.length;
  };
  const soon = () => {
    timer ??= setTimeout(draw, 100);
  };
  const set = (stage: string | null, change: Partial<Row>) => {
    const row = stage === null ? undefined : rows.get(stage);
    if (row) Object.assign(row, change);
    soon();
  };
  return {
    event(event) {
      const change = EVENT_MARKS[event.type]?.(event);
      if (change) set(event.stage, change);
    },
    progress: (frame) => set(frame.stage, { mark: "▸", fraction: frame.fraction, note: frame.message }),
    rest() {
      draw();
      drawn = 0;
    },
  };
}

const EVENT_MARKS: Partial<Record<JobEvent["type"], (event: JobEvent) => Partial<Row>>> = {
  stage_started: () => ({ mark: "▸", fraction: 0, note: "" }),
  stage_completed: (event) => ({ mark: "✔", fraction: 1, note: doneNote(event) }),
  stage_retrying: (event) => ({ mark: "↻", note: event.message }),
  stage_failed: (event) => ({ mark: "✘", note: event.message }),
  stage_interrupted: () => ({ mark: "‖", note: "interrupted" }),
  gate_opened: () => ({ mark: "?", note: "waits for approval" }),
  gate_approved: () => ({ mark: "✔", note: "approved" }),
  gate_auto_approved: (event) => ({ mark: "✔", note: `approved by ${String(event.payload.by)}` }),
  gate_rejected: () => ({ mark: "✘", note: "rejected" }),
};

function doneNote(event: JobEvent): string {
  if (event.payload.from_cache === true) return "cached";
  const ms = event.payload.duration_ms;
  return typeof ms === "number" ? `${(ms / 1000).toFixed(1)} s` : "";
}

function bar(row: Row, pad: number): string {
  const full = Math.round(row.fraction * WIDTH);
  const percent = `${Math.round(row.fraction * 100)}`.padStart(4);
  return `${row.mark} ${row.stage.padEnd(pad)}${"█".repeat(full)}${"░".repeat(WIDTH - full)}${percent} %  ${row.note}`;
}
