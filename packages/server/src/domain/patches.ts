import type { ArtifactKind } from "@greenlight/contract/artifact";
import type { Patch } from "@greenlight/contract/patch";
import type { Beat, Storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "./commands.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { PatchRoom } from "./patch-room.ts";

export type RebuildPatch = Extract<Patch, { type: "asset_replace" | "level_adjust" }>;
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

/**
 * Kinds whose content no edit may change, with what to change instead. A report says what was measured. Timing and
 * captions are the words as they are spoken: the same cues stand in the film's caption track, in its picture and in
 * two files, on the clock of the voice.
 */
export const NOT_EDITED: Readonly<Partial<Record<ArtifactKind, string>>> = {
  acceptance_report: "it says what was measured: patch what it measured",
  timing: "it is the clock of the voice: adjust durations or edit narrations of the storyboard",
  captions: "they are the words as spoken: edit the narration of their beat in the storyboard (beat_edit)",
};

/** Lays a text patch over a script. @throws Rejection patch_target_missing | patch_invalid_result. */
export function patchText(text: string, patch: EditPatch): string {
  switch (patch.type) {
    case "text_replace":
      return patch.replacements.reduce((now, { old, new: fresh }, index) => {
        const times = now.split(old).length - 1;
        if (times === 0)
          throw new Rejection("patch_target_missing", `the text does not contain “${clip(old)}”`, [
            {
              pointer: `/replacements/${index}/old`,
              message: "does not occur in the text",
              remedy: "give words as they stand in the newest version",
            },
          ]);
        new PatchRoom().take(now.length - text.length + times * (fresh.length - old.length));
        return now.replaceAll(old, () => fresh);
      }, text);
    case "section_replace":
      return replaceSection(text, patch.section_marker, patch.new_section);
    case "replace":
      if (typeof patch.content !== "string")
        throw new Rejection("patch_invalid_result", "the content of a text artifact must be a string", [
          {
            pointer: "/content",
            message: `is ${nameOf(patch.content)}`,
            remedy: "give the text as a string",
          },
        ]);
      return patch.content;
    default:
      throw misfit(patch, "text");
  }
}

/** A section runs from its marker's line (`## heading`, or the heading alone) to the next heading of its rank. */
function replaceSection(text: string, marker: string, section: string): string {
  const lines = text.split("\n");
  const wanted = marker.trim().replace(/^#+\s*/, "");
  const start = lines.findIndex((l) => /^#+\s/.test(l) && l.replace(/^#+\s*/, "").trim() === wanted);
  if (start < 0)
    throw new Rejection("patch_target_missing", `no section is marked “${clip(marker)}”`, [
      {
        pointer: "/section_marker",
        message: "no line of the text is this heading",
        remedy: `give one of: ${lines
          .filter((l) => /^#+\s/.test(l))
          .map(clip)
          .join(", ")}`,
      },
    ]);
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
      return patch.beat_adjustments.reduce((board, { beat_id, duration }, index) => {
        const pointer = `/beat_adjustments/${index}/beat_id`;
        return withBeat(board, { ...findBeat(board, beat_id, pointer), duration_s: duration });
      }, value as Storyboard);
    case "beat_edit": {
      const board = value as Storyboard;
      const changes = Object.fromEntries(Object.entries(patch.set).filter(([, v]) => v !== undefined));
      return withBeat(board, { ...findBeat(board, patch.beat_id, "/beat_id"), ...changes });
    }
    case "json_patch":
      return applyJsonPatch(value, patch.operations);
    case "replace":
      return patch.content;
    default:
      throw misfit(patch, "JSON");
  }
}

function misfit(patch: EditPatch, what: "text" | "JSON"): Rejection {
  const remedy =
    what === "text" ? "use text_replace, section_replace or replace" : "use json_patch or replace";
  return new Rejection("patch_not_applicable", `${patch.type} does not fit a ${what} artifact`, [
    { pointer: "/type", message: `does not fit a ${what} artifact`, remedy },
  ]);
}

function nameOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

function findBeat(board: Storyboard, id: string, pointer: string): Beat {
  const beat = board.beats.find((b) => b.id === id);
  if (beat) return beat;
  throw new Rejection("patch_target_missing", `the storyboard has no beat ${id}`, [
    {
      pointer,
      message: "no beat has this id",
      remedy: `use one of ${board.beats.map((b) => b.id).join(", ")}`,
    },
  ]);
}

function withBeat(board: Storyboard, beat: Beat): Storyboard {
  return { ...board, beats: board.beats.map((b) => (b.id === beat.id ? beat : b)) };
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
