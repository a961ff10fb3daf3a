import type { ArtifactKind } from "@greenlight/contract/artifact";
import type { Patch } from "@greenlight/contract/patch";
import type { Beat, Storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "./commands.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { PatchRoom } from "./patch-room.ts";

type RebuildPatch = Extract<Patch, { type: "asset_replace" | "level_adjust" }>;
/** A patch that makes new content of the content that stands; a revert takes content that is there already. */
export type EditPatch = Exclude<Patch, RebuildPatch | { type: "revert" }>;

/** Whether the stage itself must run again to show the patch (a picture is drawn anew, a mix is mixed anew). */
export function isRebuildPatch(patch: Patch): patch is RebuildPatch {
  return patch.type === "asset_replace" || patch.type === "level_adjust";
}

/** Which kind of artifact a patch type is for; null = any (of the stage it is sent to). */
export const PATCH_TARGETS: Readonly<Record<Patch["type"], ArtifactKind | null>> = {
  text_replace: "script",
  section_replace: "script",
  duration_adjust: "storyboard",
  beat_edit: "storyboard",
  asset_replace: "asset",
  level_adjust: "mix",
  json_patch: null,
  replace: null,
  revert: null,
};

const SOUND = "revert or patch the storyboard, or adjust the levels";
const PICTURE = "revert or patch the storyboard or the beat's asset";

/**
 * Kinds that are made together from one source, so that an old one beside new ones would not fit them (captions on
 * another clock than the voice, a report about another film), with what to change instead.
 */
export const NOT_REVERTED: Readonly<Partial<Record<ArtifactKind, string>>> = {
  voiceover: SOUND,
  music: SOUND,
  mix: SOUND,
  timing: "revert or patch the storyboard",
  captions: "revert or patch the storyboard",
  animatic: PICTURE,
  video: PICTURE,
  thumbnail: PICTURE,
  acceptance_report: PICTURE,
};

/** Lays a text patch over a script. @throws Rejection patch_target_missing | patch_invalid_result. */
export function patchText(text: string, patch: EditPatch): string {
  switch (patch.type) {
    case "text_replace":
      return patch.replacements.reduce((now, { old, new: fresh }) => {
        const times = now.split(old).length - 1;
        if (times === 0)
          throw new Rejection("patch_target_missing", `the text does not contain “${clip(old)}”`);
        new PatchRoom().take(now.length - text.length + times * (fresh.length - old.length));
        return now.replaceAll(old, () => fresh);
      }, text);
    case "section_replace":
      return replaceSection(text, patch.section_marker, patch.new_section);
    case "replace":
      if (typeof patch.content !== "string")
        throw new Rejection("patch_invalid_result", "the content of a text artifact must be a string");
      return patch.content;
    default:
      throw new Rejection("patch_not_applicable", `${patch.type} does not fit a text artifact`);
  }
}

/** A section runs from its marker's line (`## heading`, or the heading alone) to the next heading of its rank. */
function replaceSection(text: string, marker: string, section: string): string {
  const lines = text.split("\n");
  const wanted = marker.trim().replace(/^#+\s*/, "");
  const start = lines.findIndex((l) => /^#+\s/.test(l) && l.replace(/^#+\s*/, "").trim() === wanted);
  if (start < 0) throw new Rejection("patch_target_missing", `no section is marked “${clip(marker)}”`);
  const rank = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 6;
  const next = lines.findIndex((l, i) => i > start && (/^(#+)\s/.exec(l)?.[1]?.length ?? 9) <= rank);
  const tail = next < 0 ? [] : ["", ...lines.slice(next)];
  return (
    [...lines.slice(0, start), ...section.trimEnd().split("\n"), ...tail].join("\n") + (next < 0 ? "\n" : "")
  );
}

/** Lays a patch over a parsed JSON artifact; the caller checks the result against the artifact's schema. */
export function patchJson(value: unknown, patch: EditPatch): unknown {
  switch (patch.type) {
    case "duration_adjust":
      return patch.beat_adjustments.reduce((board, { beat_id, duration }) => {
        const beat = findBeat(board, beat_id);
        if (duration < beat.speech_s)
          throw new Rejection(
            "patch_too_short",
            `${beat_id} speaks for ${beat.speech_s.toFixed(2)} s; give it at least that instead of ${duration} s`,
          );
        return withBeat(board, { ...beat, duration_s: duration });
      }, value as Storyboard);
    case "beat_edit": {
      const board = value as Storyboard;
      const changes = Object.fromEntries(Object.entries(patch.set).filter(([, v]) => v !== undefined));
      return withBeat(board, { ...findBeat(board, patch.beat_id), ...changes });
    }
    case "json_patch":
      return applyJsonPatch(value, patch.operations);
    case "replace":
      return patch.content;
    default:
      throw new Rejection("patch_not_applicable", `${patch.type} does not fit a JSON artifact`);
  }
}

function findBeat(board: Storyboard, id: string): Beat {
  const beat = board.beats.find((b) => b.id === id);
  if (!beat) throw new Rejection("patch_target_missing", `the storyboard has no beat ${id}`);
  return beat;
}

function withBeat(board: Storyboard, beat: Beat): Storyboard {
  return { ...board, beats: board.beats.map((b) => (b.id === beat.id ? beat : b)) };
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
