import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison, MeasuredPair } from "@greenlight/contract/comparison";
import { storyboard } from "@greenlight/contract/storyboard";
import { createTwoFilesPatch, diffLines } from "diff";
import type { MediaMeasure, MediaMeter } from "../app/ports/media-meter.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import { beatChanges } from "./beat-changes.ts";
import { jsonChanges } from "./json-changes.ts";

/**
 * Two versions of an artifact as fits what they are: text by line, a storyboard by beat, other JSON by place, all else
 * by what was measured in both. What one of the two does not parse as is compared one step plainer.
 */
export async function compareArtifacts(
  from: Artifact,
  to: Artifact,
  deps: { readonly objects: ObjectStore; readonly meter: MediaMeter },
): Promise<Comparison> {
  const sides = { name: to.name, from: sideOf(from), to: sideOf(to) };
  if (![from, to].every((a) => /^text\/|^application\/json$/.test(a.media_type)))
    return { kind: "media", ...sides, ...(await compareMedia(from, to, deps)) };
  const read = async ({ sha256 }: Artifact) => new TextDecoder().decode(await deps.objects.read(sha256));
  const [before, after] = [await read(from), await read(to)];
  if (![from, to].every((a) => a.media_type === "application/json"))
    return { kind: "text", ...sides, ...compareText(before, after, from, to) };
  const [old, fresh] = [JSON.parse(before) as unknown, JSON.parse(after) as unknown];
  const boards = [old, fresh].map((value) => storyboard.safeParse(value).data);
  const [was, is] = boards;
  if (to.kind !== "storyboard" || !was || !is)
    return { kind: "json", ...sides, changes: jsonChanges(old, fresh) };
  const length = (board: typeof was) => board.beats.reduce((sum, beat) => sum + beat.duration_s, 0);
  const rest = (board: typeof was) => ({ ...board, beats: [] });
  return {
    kind: "storyboard",
    ...sides,
    beats: beatChanges(was, is),
    changes: jsonChanges(rest(was), rest(is)),
    duration_before_s: length(was),
    duration_after_s: length(is),
  };
}

function sideOf({ version, sha256, size_bytes, media_type }: Artifact): Comparison["from"] {
  return { version, sha256, size_bytes, media_type };
}

function compareText(before: string, after: string, from: Artifact, to: Artifact) {
  const parts = diffLines(before, after);
  const sum = (wanted: "added" | "removed") =>
    parts.reduce((lines, part) => lines + (part[wanted] ? part.count : 0), 0);
  const label = ({ name, version }: Artifact) => `${name}@${version}`;
  const unified =
    before === after
      ? ""
      : createTwoFilesPatch(label(from), label(to), before, after, undefined, undefined, { context: 3 });
  return { added_lines: sum("added"), removed_lines: sum("removed"), unified };
}

async function compareMedia(
  from: Artifact,
  to: Artifact,
  { objects, meter }: { readonly objects: ObjectStore; readonly meter: MediaMeter },
) {
  const measure = async (a: Artifact) => meter.measure(await objects.localPath(a.sha256), a.media_type);
  const [old, fresh] = [await measure(from), await measure(to)];
  const size: MediaMeasure[] = [{ name: "size", unit: "bytes", value: from.size_bytes }];
  const measured = [...size, ...old.measured].flatMap(({ name, unit, value }): MeasuredPair[] => {
    const after = name === "size" ? to.size_bytes : fresh.measured.find((m) => m.name === name)?.value;
    return after === undefined ? [] : [{ name, unit, before: value, after }];
  });
  return { measured, not_measured: [...new Set([...old.not_measured, ...fresh.not_measured])] };
}
