import type { PatchKind } from "@greenlight/contract/api";
import { type Patch, type PatchType, patch } from "@greenlight/contract/patch";
import { z } from "zod";

const ANY = ["*"];

/** What each kind of patch is for, with an example that its schema accepts. */
const KINDS: { readonly [Type in PatchType]: readonly [string[], string, Extract<Patch, { type: Type }>] } = {
  text_replace: [
    ["script"],
    "Replaces words of the script; each `old` must occur.",
    {
      type: "text_replace",
      replacements: [{ old: "about half of the year", new: "about 180 days of the year" }],
    },
  ],
  section_replace: [
    ["script"],
    "Replaces a whole section of the script, named by its heading.",
    {
      type: "section_replace",
      section_marker: "## Costs",
      new_section:
        "## Costs\n\nA tidal barrage costs more to build than a wind farm of the same output. [S1]",
    },
  ],
  duration_adjust: [
    ["storyboard"],
    "Sets how many seconds beats stay on screen; never shorter than lead-in, narration and tail.",
    { type: "duration_adjust", beat_adjustments: [{ beat_id: "b03", duration: 6.5 }] },
  ],
  beat_edit: [
    ["storyboard"],
    "Changes fields of one beat. A new narration is measured, and the beat made as long as it needs.",
    {
      type: "beat_edit",
      beat_id: "b03",
      set: {
        on_screen_text: "240 MW",
        visual: { kind: "number", value: "240", unit: "MW", label: "peak output" },
        motion: "push_in",
      },
    },
  ],
  asset_replace: [
    ["assets"],
    "Shows an uploaded picture or video in one beat. A video fills the frame, plays from its start without its own sound, is cut where the beat ends, and stays at its last picture where it is shorter.",
    { type: "asset_replace", beat_id: "b03", upload_id: "01936f5e-7c00-7000-8000-000000000000" },
  ],
  level_adjust: [
    ["audio"],
    "Raises or lowers a track throughout, or the voice of one beat, by −24 to 24 dB in sum.",
    { type: "level_adjust", level_change_db: -3, track: "music" },
  ],
  json_patch: [
    ANY,
    "Applies RFC 6902 operations to a JSON artifact. Timing and the report are changed at their source instead. The still " +
      "of an edited scene is drawn again.",
    {
      type: "json_patch",
      operations: [{ op: "replace", path: "/beats/2/on_screen_text", value: "240 MW" }],
    },
  ],
  replace: [
    ANY,
    "Replaces the content of a text (a string) or JSON artifact. Captions, timing and the report are changed at their " +
      "source instead: captions are the words as spoken, so their words are those of the beats' narration.",
    {
      type: "replace",
      content: "# Tidal power\n\n## Opening\n\nThe sea rises and falls twice a day. [S1]\n",
    },
  ],
  revert: [
    ANY,
    "Makes an earlier version of an artifact the newest again. A beat's scene, still and photograph go together; " +
      "what is made from others (sound, timing, captions, films, the report) is changed at its source instead.",
    { type: "revert", artifact: "storyboard.json", version: 1 },
  ],
};

/** Every kind of patch with its JSON Schema. */
export function patchKinds(): PatchKind[] {
  return patch.options.map((option) => {
    const type = option.shape.type.value;
    const [stages, description, example] = KINDS[type];
    return { type, stages, description, schema: z.toJSONSchema(option, { io: "input" }), example };
  });
}
