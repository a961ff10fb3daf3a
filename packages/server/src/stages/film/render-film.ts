import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RenderFailure } from "@greenlight/media/render/render-failure";
import { openRenderPool } from "@greenlight/media/render/render-pool";
import type { FileRef } from "../../app/ports/object-store.ts";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";
import { beatRequests, type FilmPlan } from "./beat-requests.ts";

export type FilmRender = FilmPlan & {
  /** The part of the stage's progress this takes. */
  readonly progress: readonly [from: number, to: number];
};

/** Most beats rendered at once; each needs a process of about 300 MB. */
const MOST_WORKERS = 8;

/**
 * Renders every beat as a segment of its own, in parallel. A segment depends on its own scene, on what the
 * one before looks like at its end, and on its own captions with times from its start, not on where in the film it
 * stands: moving a beat, or changing the length of the one before, rebuilds nothing.
 */
export async function renderBeats(ctx: StageContext, film: FilmRender): Promise<FileRef[]> {
  const requests = await beatRequests(ctx, film);
  const size = Math.min(availableParallelism(), MOST_WORKERS, film.board.beats.length);
  const pool = openRenderPool({ size });
  try {
    return await ctx.map(
      requests,
      { name: "beats", concurrency: size, progress: film.progress, key: (request) => request },
      async (request, index) => {
        const out = join(ctx.workdir, `beat-${index}.mp4`);
        const began = performance.now();
        const rendered = await pool.render(
          { ...request, out },
          { signal: ctx.signal, openImage: (sha256) => ctx.open({ sha256, size_bytes: 0 }) },
        );
        ctx.log.info("stage", "beat rendered", {
          beat_id: request.spec.beat_id,
          frames: rendered.frame_count,
          ms: Math.round(performance.now() - began),
        });
        return ctx.store(rendered.file);
      },
    );
  } catch (error) {
    throw asStageFailure(error);
  } finally {
    await pool.close();
  }
}

/** Rendering the same again would fail the same way, but for a process that died. */
export function asStageFailure(error: unknown): unknown {
  if (!(error instanceof RenderFailure)) return error;
  return new StageFailure(
    error.code === "stage_crashed" ? "retryable" : "terminal",
    error.code,
    error.message,
  );
}
