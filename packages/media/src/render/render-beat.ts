import type { BeatRender, RenderedBeat, RenderOptions } from "./beat-render.ts";
import { openBeatSource } from "./beat-source.ts";
import { encodeFrames } from "./encode-frames.ts";
import { assertVideoSize } from "./picture-format.ts";

/**
 * Draws and encodes one beat in this process. The same request gives the same bytes.
 * @throws RenderFailure `invalid_field` (odd size), `render_failed`; the signal's reason when aborted.
 */
export async function renderBeat(beat: BeatRender, options: RenderOptions): Promise<RenderedBeat> {
  assertVideoSize(beat.width, beat.height);
  const source = await openBeatSource(beat, options);
  const { signal, onFrame } = options;
  await encodeFrames({ source, fps: beat.fps, encode: beat.encode, out: beat.out, signal, onFrame });
  return { file: beat.out, frame_count: beat.frame_count };
}
