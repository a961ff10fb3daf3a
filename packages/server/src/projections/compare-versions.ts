import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison } from "@greenlight/contract/comparison";
import { storyboard } from "@greenlight/contract/storyboard";
import type { MediaDifference, MediaMeter } from "../app/ports/media-meter.ts";
import type { ObjectStore } from "../app/ports/object-store.ts";
import { beatChanges } from "./beat-changes.ts";
import { compareTexts } from "./compare-texts.ts";
import { jsonChanges } from "./json-changes.ts";

type Deps = { readonly objects: Pick<ObjectStore, "read" | "localPath">; readonly meter: MediaMeter };

/**
 * Two versions of an artifact as fits what they are: text by line, a storyboard by beat, other JSON by place, all else
 * by what was measured. What one of the two does not parse as is compared one step plainer. Takes time and memory with
 * the size of both: not for the server's process. @throws Rejection media_unreadable | comparison_too_large
 */
export async function compareArtifacts(
  from: Artifact,
  to: Artifact,
  deps: Deps,
  signal: AbortSignal,
): Promise<Comparison> {
  const sides = { name: to.name, from: sideOf(from), to: sideOf(to) };
  if (![from, to].every((a) => /^text\/|^application\/json$/.test(a.media_type)))
    return { kind: "media", ...sides, ...(await compareMedia(from, to, deps, signal)) };
  const read = async ({ sha256 }: Artifact) => new TextDecoder().decode(await deps.objects.read(sha256));
  const [before, after] = [await read(from), await read(to)];
  const isJson = [from, to].every((a) => a.media_type === "application/json");
  const [old, fresh] = isJson ? [parsed(before), parsed(after)] : [];
  if (!old || !fresh)
    return { kind: "text", ...sides, ...compareTexts([label(from), before], [label(to), after]) };
  const [was, is] = [old, fresh].map(({ value }) => storyboard.safeParse(value).data);
  if (to.kind !== "storyboard" || !was || !is)
    return { kind: "json", ...sides, changes: jsonChanges(old.value, fresh.value) };
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

const label = ({ name, version }: Artifact): string => `${name}@${version}`;

function sideOf({ version, sha256, size_bytes, media_type }: Artifact): Comparison["from"] {
  return { version, sha256, size_bytes, media_type };
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

async function compareMedia(
  from: Artifact,
  to: Artifact,
  { objects, meter }: Deps,
  signal: AbortSignal,
): Promise<MediaDifference> {
  const file = async (a: Artifact) => ({
    path: await objects.localPath(a.sha256),
    media_type: a.media_type,
    name: label(a),
  });
  const found = await meter.compare(await file(from), await file(to), signal);
  const size = { name: "size", unit: "bytes", before: from.size_bytes, after: to.size_bytes };
  return { ...found, measured: [size, ...found.measured] };
}
