import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison } from "@greenlight/contract/comparison";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { Render } from "@greenlight/contract/render";
import type { SceneSpec } from "@greenlight/media/scene/scene-spec";
import type { ClipLimits } from "@greenlight/media/video/check-clip";

/** What a media host can be asked, and what it answers. */
type Questions = {
  readonly compare: {
    readonly ask: {
      readonly from: Artifact;
      readonly to: Artifact;
      /** Where the content of each lies, by its sha256. */
      readonly paths: Readonly<Record<string, string>>;
    };
    readonly answer: Comparison;
  };
  readonly check_clip: {
    readonly ask: { readonly path: string; readonly limits: ClipLimits };
    readonly answer: null;
  };
  /** A still of a scene as PNG. */
  readonly draw_still: {
    readonly ask: {
      readonly spec: SceneSpec;
      /** Absolute path of each picture and video of the scene by its id. */
      readonly paths: Readonly<Record<string, string>>;
    };
    readonly answer: Uint8Array;
  };
  /** How long each text is when spoken, in seconds. */
  readonly speak: {
    readonly ask: Pick<Render, "speech" | "pacing"> & {
      readonly texts: readonly string[];
      /** BCP 47. */
      readonly language: string;
      readonly voice?: string;
    };
    readonly answer: readonly number[];
  };
};
type Kind = keyof Questions;

export type MediaAsk<K extends Kind = Kind> = {
  [One in K]: { readonly type: One } & Questions[One]["ask"];
}[K];
export type MediaAnswer<K extends Kind = Kind> = Questions[K]["answer"];

/** A media host's one message. `code` null: something broke that should not. */
export type FromMediaHost =
  | { readonly ok: true; readonly value: MediaAnswer }
  | { readonly ok: false; readonly code: ErrorCode | null; readonly message: string };
