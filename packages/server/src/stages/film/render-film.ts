import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Timing } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import type { BeatRender } from "@greenlight/media/render/beat-render";
import { RenderFailure } from "@greenlight/media/render/render-failure";
import { openRenderPool } from "@greenlight/media/render/render-pool";
import { type SceneSpec, sceneSpec } from "@greenlight/media/scene/scene-spec";
import { type FileRef, type StageContext, StageFailure } from "../../app/ports.ts";

export type FilmRender = {
  readonly board: Storyboard;
  /** When each beat is seen, in the storyboard's order. */
  readonly beats: Timing["beats"];
  readonly cues: Timing["cues"];
  readonly captions: Render["captions"];
  readonly encode: Render["video"];
  readonly fps: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The part of the stage's progress this takes. */
  readonly progress: readonly [from: number, to: number];
};

/** Most beats rendered at once; each needs a process of about 300 MB. */
const MOST_WORKERS = 8;

/**
 * Renders every beat as a segment of its own, in parallel. A segment depends on its own scene, the one it comes out
 * of, and its own captions with times from its start, not on where in the film it stands: moving a beat rebuilds
 * nothing.
 */
export async function renderBeats(ctx: StageContext, film: FilmRender): Promise<FileRef[]> {
  const scenes = await readScenes(ctx, film.board);
  const size = Math.min(availableParallelism(), MOST_WORKERS, film.board.beats.length);
  const pool = openRenderPool({ size });
  const requests = film.board.beats.map((_, index) => requestOf(ctx, film, scenes, index));
  try {
    return await ctx.map(
      requests,
      { name: "beats", concurrency: size, progress: film.progress, key: (request) => request },
      async (request, index) => {
        const out = join(ctx.workdir, `beat-${index}.mp4`);
        const rendered = await pool.render(
          { ...request, out },
          { signal: ctx.signal, openImage: (sha256) => ctx.open({ sha256, size_bytes: 0 }) },
        );
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

async function readScenes(ctx: StageContext, board: Storyboard): Promise<SceneSpec[]> {
  return Promise.all(board.beats.map((beat) => ctx.input("asset", `${beat.id}.json`).json(sceneSpec)));
}

function requestOf(
  ctx: StageContext,
  film: FilmRender,
  scenes: readonly SceneSpec[],
  index: number,
): Omit<BeatRender, "out"> {
  const { board, fps, width, height, captions, encode } = film;
  const beat = board.beats[index];
  const time = film.beats[index];
  const spec = scenes[index];
  if (!beat || !time || !spec || time.beat_id !== beat.id)
    throw new StageFailure(
      "terminal",
      "stage_failed",
      `the timing does not fit the storyboard at beat ${index + 1}`,
    );
  const first = Math.round(time.start_s * fps);
  const cut = beat.transition === "cut" || index === 0;
  return {
    spec,
    previous_spec: cut ? null : (scenes[index - 1] ?? null),
    transition: cut ? "cut" : beat.transition,
    transition_s: cut ? 0 : ctx.cfg.render.pacing.transition_s,
    first_frame: 0,
    frame_count: Math.round(time.end_s * fps) - first,
    fps,
    width,
    height,
    cues: film.cues.filter((cue) => cue.beat_id === beat.id).map((cue) => fromStart(cue, first / fps)),
    captions,
    look: ctx.cfg.render.look,
    language: board.language,
    encode,
  };
}

type Cue = Timing["cues"][number];

/** The cue with times from its beat's start, to a tenth of a millisecond, so that sums of floats do not differ. */
function fromStart(cue: Cue, start_s: number): Cue {
  const shift = (at: number) => Math.round((at - start_s) * 1e4) / 1e4;
  return {
    ...cue,
    index: 1,
    start_s: shift(cue.start_s),
    end_s: shift(cue.end_s),
    words: cue.words.map((word) => ({ ...word, start_s: shift(word.start_s), end_s: shift(word.end_s) })),
  };
}
