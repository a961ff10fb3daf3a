import type { Artifact } from "@greenlight/contract/artifact";
import type { Comparison } from "@greenlight/contract/comparison";
import type { ErrorCode } from "@greenlight/contract/errors";
import type { ClipLimits } from "@greenlight/media/video/check-clip";

/** What a media host is asked, and what it answers. */
export type MediaAsk =
  | {
      readonly type: "compare";
      readonly from: Artifact;
      readonly to: Artifact;
      /** Where the content of each lies, by its sha256. */
      readonly paths: Readonly<Record<string, string>>;
    }
  | { readonly type: "check_clip"; readonly path: string; readonly limits: ClipLimits };
export type MediaAnswer<Ask extends MediaAsk = MediaAsk> = Ask extends { type: "compare" }
  ? Comparison
  : null;

/** A media host's one message. `code` null: something broke that should not. */
export type FromMediaHost =
  | { readonly ok: true; readonly value: MediaAnswer }
  | { readonly ok: false; readonly code: ErrorCode | null; readonly message: string };
