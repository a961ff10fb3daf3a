import type { ArtifactKind } from "@greenlight/contract/artifact";
import type { Patch } from "@greenlight/contract/patch";
import { Rejection } from "../domain/commands.ts";
import { type EditPatch, NOT_EDITED, PATCH_TARGETS } from "../domain/patches.ts";

/** What choosing and editing an output needs to know of it. */
export type Target = {
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly sha256: string;
  readonly media_type: string;
};

/** The output an edit is for. Where several would fit, it must name one: nothing is changed by guess. */
export function chooseOutput<T extends Target>(patch: EditPatch, stage: string, outputs: readonly T[]): T {
  const kind = PATCH_TARGETS[patch.type];
  const named = "artifact" in patch ? patch.artifact : undefined;
  const json = patch.type === "json_patch" && named === undefined;
  const readable = outputs.filter(
    (o) =>
      isEditable(o) && (kind === null || o.kind === kind) && (!json || o.media_type === "application/json"),
  );
  const fitting = readable.filter((o) => named === undefined || o.name === named);
  const names = (of: readonly T[]) => of.map((o) => o.name).join(", ");
  const [target, second] = fitting;
  if (target && !second) return target;
  if (target)
    throw new Rejection("patch_target_missing", `${patch.type} fits ${names(fitting)} of ${stage}`, [
      kind === null
        ? {
            pointer: "/artifact",
            message: "missing where several outputs fit",
            remedy: `give one of: ${names(fitting)}`,
          }
        : {
            pointer: "/type",
            message: `${patch.type} cannot say which of several outputs it is for`,
            remedy: `use replace with artifact: one of ${names(fitting)}`,
          },
    ]);
  const held = outputs.find((o) => o.name === named) ?? outputs.find((o) => NOT_EDITED[o.kind]);
  const instead = held && NOT_EDITED[held.kind];
  if (kind === null && instead && (named !== undefined || readable.length === 0))
    throw new Rejection("patch_not_applicable", `${held.name} cannot be edited; ${instead}`, [
      { pointer: named === undefined ? "/type" : "/artifact", message: "cannot be edited", remedy: instead },
    ]);
  if (named !== undefined)
    throw new Rejection("patch_target_missing", `${stage} has no text or JSON artifact named ${named}`, [
      {
        pointer: "/artifact",
        message: "no such text or JSON artifact",
        remedy:
          readable.length > 0
            ? `give one of: ${names(readable)}`
            : `${stage} makes none; patch another stage`,
      },
    ]);
  throw doesNotFit(patch, stage);
}

function isEditable({ kind, media_type }: Target): boolean {
  return !NOT_EDITED[kind] && /^(text\/(markdown|plain)|application\/json)$/.test(media_type);
}

/** The refusal of a patch of another stage. */
export function doesNotFit({ type }: Patch, stage: string): Rejection {
  return new Rejection("patch_not_applicable", `${type} does not fit what ${stage} makes`, [
    {
      pointer: "/type",
      message: `does not fit what ${stage} makes`,
      remedy: "GET /api/v1/patches/types says which fits where",
    },
  ]);
}
