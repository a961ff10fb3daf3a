import type { ErrorCode } from "@greenlight/contract/errors";
import type { BeatRender } from "./beat-render.ts";

/** What the pool tells a render worker. A worker renders one beat at a time. */
export type ToWorker =
  | { readonly type: "render"; readonly beat: BeatRender }
  | { readonly type: "image"; readonly id: string; readonly image: Buffer | string }
  | { readonly type: "no_image"; readonly id: string; readonly message: string }
  | { readonly type: "abort" };

/** What a render worker tells the pool. `done`, `failed` and `aborted` end a beat. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "need_image"; readonly id: string }
  | { readonly type: "frame"; readonly frames: number }
  | { readonly type: "done"; readonly frame_count: number }
  | { readonly type: "failed"; readonly code: ErrorCode; readonly message: string }
  | { readonly type: "aborted" };
