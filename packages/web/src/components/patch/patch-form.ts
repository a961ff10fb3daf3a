import type { Artifact } from "@greenlight/contract/artifact";
import type { Job } from "@greenlight/contract/job";
import type { Patch } from "@greenlight/contract/patch";
import { ProblemError } from "@greenlight/contract/problem-error";
import type { Storyboard } from "@greenlight/contract/storyboard";

/** What a form says at the moment: how to make its patch, or what is missing. */
export type PatchDraft =
  | { readonly ready: true; readonly make: () => Promise<Patch> }
  | { readonly ready: false; readonly missing: string };

/** What stands at the stage, for a form to start from. */
export type PatchSource = {
  readonly job: Job;
  readonly stage: string;
  readonly artifacts: readonly Artifact[];
  readonly storyboard: Storyboard | undefined;
  readonly script: string | undefined;
};

export type PatchFormProps = {
  readonly source: PatchSource;
  readonly onDraft: (draft: PatchDraft) => void;
  /** What the server said of the field at this JSON Pointer of the patch, or below it. */
  readonly errorAt: (pointer: string) => string | null;
};

export const draftOf = (patch: Patch): PatchDraft => ({ ready: true, make: async () => patch });
export const missing = (words: string): PatchDraft => ({ ready: false, missing: words });

/**
 * Finds the field an error is about. A refusal that points at no field of the patch is about its main one, which the
 * form asks for as "".
 */
export function fieldErrorsOf(error: unknown): (pointer: string) => string | null {
  if (!(error instanceof ProblemError)) return () => null;
  const { errors = [], detail } = error.problem;
  const inPatch = errors.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/patch(?=\/|$)/, "") }));
  return (pointer) => {
    if (pointer === "") return inPatch.length === 0 ? detail : null;
    const found = inPatch.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
    return found === undefined ? null : `${found.message} ${found.remedy}`.trim();
  };
}
