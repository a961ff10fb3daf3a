import type { Cue } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import type { Beat } from "@greenlight/contract/storyboard";
import type { SceneSpec } from "../scene/scene-spec.ts";

/** All that decides the pixels and bytes of one beat's segment; plain JSON. */
export type BeatRender = {
  readonly spec: SceneSpec;
  /** What it comes out of, as `closingScene` gives it; null for the first beat and behind a cut. */
  readonly previous_spec: SceneSpec | null;
  /** How the beat begins, over its first `transition_s` seconds. */
  readonly transition: Beat["transition"];
  readonly transition_s: number;
  /** Frames of film before the beat. */
  readonly first_frame: number;
  readonly frame_count: number;
  readonly fps: number;
  /** Pixels of the video; the scene is scaled to them. */
  readonly width: number;
  readonly height: number;
  /** Captions of the film; times count from its start. Drawn if `captions.burn_in`. */
  readonly cues: readonly Cue[];
  readonly captions: Render["captions"];
  readonly look: Render["look"];
  /** BCP 47. */
  readonly language: string;
  readonly encode: Render["video"];
  /** Path of the MP4 to write. */
  readonly out: string;
};

export type RenderedBeat = { readonly file: string; readonly frame_count: number };

export type RenderOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Bytes or path of an image that a scene names. */
  readonly openImage: (id: string) => Promise<Buffer | string>;
  /** Called with the frames drawn so far. */
  readonly onFrame?: ((frames: number) => void) | undefined;
};
