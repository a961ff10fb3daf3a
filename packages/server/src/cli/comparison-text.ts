import type { BeatChange, Comparison, JsonChange } from "@greenlight/contract/comparison";

/** A comparison for reading: one line per difference, or the unified diff of a text. */
export function comparisonText(found: Comparison): string {
  const head = `${found.name}  version ${found.from.version} to ${found.to.version}`;
  if (found.from.sha256 === found.to.sha256) return `${head}: no difference\n`;
  return [head, ...linesOf(found), ""].join("\n");
}

function linesOf(found: Comparison): string[] {
  switch (found.kind) {
    case "text":
      return [`+${found.added_lines} −${found.removed_lines} lines`, found.unified.trimEnd()];
    case "storyboard":
      return [
        `${found.duration_before_s.toFixed(2)} s to ${found.duration_after_s.toFixed(2)} s`,
        ...found.beats.flatMap(beatLines),
        ...found.changes.map(changeLine),
      ];
    case "json":
      return found.changes.map(changeLine);
    case "media":
      return [
        ...found.measured.map((m) =>
          `${m.name}: ${short(m.before)} to ${short(m.after)} ${m.unit}`.trimEnd(),
        ),
        ...found.between.map((m) => `${m.name}: ${short(m.value)} ${m.unit}`.trimEnd()),
        ...found.moments.map(
          (m) =>
            `  at ${m.at_s.toFixed(1)} s: ssim ${short(m.ssim)}, colours differ by ${short(m.colour_difference)}`,
        ),
        ...(found.not_measured.length > 0 ? [`not measured: ${found.not_measured.join(", ")}`] : []),
      ];
  }
}

const short = (value: number): number => Number(value.toFixed(4));

function beatLines(beat: BeatChange): string[] {
  const what = [
    ...(beat.from_index === null ? ["added"] : []),
    ...(beat.to_index === null ? ["removed"] : []),
    ...(beat.moved ? ["moved"] : []),
    ...(beat.fields.length > 0 ? ["changed"] : []),
  ];
  return [`${beat.beat_id}: ${what.join(", ")}`, ...beat.fields.map((field) => `  ${changeLine(field)}`)];
}

function changeLine({ pointer, before, after }: JsonChange): string {
  const show = (value: JsonChange["after"]) => (value === undefined ? "nothing" : JSON.stringify(value));
  return `${pointer}: ${show(before)} to ${show(after)}`;
}
