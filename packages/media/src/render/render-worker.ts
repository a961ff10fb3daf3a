/**
 * A process that renders beats for a pool, one at a time, over the IPC channel it was forked with. It lives until the
 * channel closes, so it never outlives the pool's process; a beat under way is lost with it.
 */

import { renderBeat } from "./render-beat.ts";
import { RenderFailure } from "./render-failure.ts";
import type { FromWorker, ToWorker } from "./render-messages.ts";

type Waiting = { resolve(image: Buffer | string): void; reject(error: Error): void };

const waiting = new Map<string, Waiting[]>();
let abort = new AbortController();

const tell = (message: FromWorker): void => {
  process.send?.(message);
};

function openImage(id: string): Promise<Buffer | string> {
  return new Promise((resolve, reject) => {
    waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
    tell({ type: "need_image", id });
  });
}

function settleImage(id: string, settle: (one: Waiting) => void): void {
  const ones = waiting.get(id) ?? [];
  waiting.delete(id);
  for (const one of ones) settle(one);
}

async function render(beat: Extract<ToWorker, { type: "render" }>["beat"]): Promise<void> {
  abort = new AbortController();
  const { signal } = abort;
  try {
    const onFrame = (frames: number) => tell({ type: "frame", frames });
    const { frame_count } = await renderBeat(beat, { signal, openImage, onFrame });
    tell({ type: "done", frame_count });
  } catch (error) {
    if (signal.aborted) return tell({ type: "aborted" });
    const message = error instanceof Error ? error.message : String(error);
    tell({ type: "failed", code: error instanceof RenderFailure ? error.code : "render_failed", message });
  }
}

process.on("message", (message: ToWorker) => {
  if (message.type === "render") void render(message.beat);
  else if (message.type === "abort") abort.abort();
  else if (message.type === "image") settleImage(message.id, (one) => one.resolve(message.image));
  else settleImage(message.id, (one) => one.reject(new RenderFailure("render_failed", message.message)));
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready" });
