import type { JobCfg } from "@greenlight/contract/job";
import type { FieldError } from "@greenlight/contract/problem";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "../domain/commands.ts";

/**
 * Refuses what a patch gives a storyboard and no later stage could make: a frame with an odd side, which 4:2:0 video
 * cannot have, and an image the job has no file of. What stood before the patch is not its to mend.
 * @throws Rejection patch_invalid_result
 */
export function checkStoryboard(before: Storyboard, after: Storyboard, cfg: JobCfg): void {
  const sides = (["width", "height"] as const).filter(
    (side) => after[side] !== before[side] && after[side] % 2 !== 0,
  );
  const odd = sides.map((side) => ({
    pointer: `/${side}`,
    message: `is ${after[side]}; video needs an even number of pixels`,
    remedy: `give ${after[side] - 1} or ${after[side] + 1}`,
  }));
  const shown = new Map(before.beats.map(({ id, visual }) => [id, visual]));
  const nowhere = after.beats.flatMap(({ id, visual }, index): FieldError[] => {
    if (visual.kind !== "image" || Object.hasOwn(cfg.files, visual.src)) return [];
    const was = shown.get(id);
    if (was?.kind === "image" && was.src === visual.src) return [];
    return [
      {
        pointer: `/beats/${index}/visual/src`,
        message: `the brief has no picture or video ${visual.src.slice(0, 200)}`,
        remedy: "give the path of a file of the brief, or show an upload with asset_replace at the assets",
      },
    ];
  });
  refuse("the storyboard could not be made", [...odd, ...nowhere]);
}

/** @throws Rejection patch_invalid_result for a script in which nothing can be spoken: no letter and no digit. */
export function checkScript(text: string): void {
  if (/[\p{L}\p{N}]/u.test(text)) return;
  refuse("the script would have no words", [
    { pointer: "", message: "has no words to speak", remedy: "leave at least one sentence" },
  ]);
}

function refuse(message: string, errors: readonly FieldError[]): void {
  const [first] = errors;
  if (first) throw new Rejection("patch_invalid_result", `${message}: ${first.message}`, [...errors]);
}
