import type { Patch, PatchType } from "@greenlight/contract/patch";

export const PATCH_NAMES: Readonly<Record<PatchType, string>> = {
  duration_adjust: "Lengths of beats",
  beat_edit: "Edit a beat",
  text_replace: "Replace words",
  section_replace: "Replace a section",
  level_adjust: "Loudness",
  asset_replace: "Another picture or video",
  replace: "Replace all of it",
  json_patch: "JSON patch (RFC 6902)",
  revert: "Earlier version",
};

/** What a patch does, in a line. */
export function patchWords(patch: Patch): string {
  switch (patch.type) {
    case "duration_adjust":
      return patch.beat_adjustments.map(({ beat_id, duration }) => `${beat_id} to ${duration} s`).join(", ");
    case "beat_edit":
      return `${patch.beat_id}: ${Object.keys(patch.set).join(", ").replaceAll("_", " ")}`;
    case "text_replace":
      return patch.replacements.map((one) => `“${clip(one.old)}” → “${clip(one.new)}”`).join("; ");
    case "section_replace":
      return `section “${clip(patch.section_marker)}”`;
    case "level_adjust": {
      const what = patch.beat_id ?? patch.track ?? "everything";
      return `${what} ${patch.level_change_db > 0 ? "+" : ""}${patch.level_change_db} dB`;
    }
    case "asset_replace":
      return `another picture or video in ${patch.beat_id}`;
    case "replace":
      return `a new text${patch.artifact === undefined ? "" : ` of ${patch.artifact}`}`;
    case "json_patch":
      return patch.operations.map(({ op, path }) => `${op} ${path}`).join(", ");
    case "revert":
      return `${patch.artifact} back to version ${patch.version}`;
  }
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
