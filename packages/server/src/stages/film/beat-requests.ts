import type { Timing } from "@greenlight/contract/documents";
import type { Render } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import type { BeatRender } from "@greenlight/media/render/beat-render";
import { closingScene } from "@greenlight/media/scene/closing-scene";
import { type SceneSpec, sceneSpec } from "@greenlight/media/scene/scene-spec";
import { type StageContext, StageFailure } from "../../app/ports/stage-adapter.ts";

/** All that decides what a film shows, beside its scenes. */
export type FilmPlan = {
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
};

/** The final film: the storyboard's size and rate, on the clock of the sound. */
export function filmPlan(render: Render, board: Storyboard, times: Timing): FilmPlan {
  const { fps, width, height } = board;
  const { captions, video } = render;
  return { board, beats: times.beats, cues: times.cues, captions, encode: video, fps, width, height };
}

export type BeatRequest = Omit<BeatRender, "out">;

/**
 * What to draw for each beat, from the stored scenes: for whoever renders the film and whoever compares it with what
 * was drawn. @throws StageFailure when a scene is missing or the timing is another storyboard's.
 */
export async function beatRequests(ctx: StageContext, film: FilmPlan): Promise<BeatRequest[]> {
  const scenes = await readScenes(ctx, film.board);
  return film.board.beats.map((_, index) => requestOf(ctx, film, scenes, index));
}

async function readScenes(ctx: StageContext, board: Storyboard): Promise<SceneSpec[]> {
  return Promise.all(board.beats.map((beat) => ctx.input("asset", `${beat.id}.json`).json(sceneSpec)));
}

function requestOf(
  ctx: StageContext,
  film: FilmPlan,
  scenes: readonly SceneSpec[],
  index: number,
): BeatRequest {
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
  const before = scenes[index - 1];
  const cut = beat.transition === "cut" || index === 0;
  return {
    spec,
    previous_spec: cut || !before ? null : closingScene(before),
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

/** The cue with times from its beat's start, to a tenth of a microsecond, so that sums of floats do not differ. */
function fromStart(cue: Cue, start_s: number): Cue {
  const shift = (at: number) => Math.round((at - start_s) * 1e7) / 1e7;
  return {
    ...cue,
    index: 1,
    start_s: shift(cue.start_s),
    end_s: shift(cue.end_s),
    words: cue.words.map((word) => ({ ...word, start_s: shift(word.start_s), end_s: shift(word.end_s) })),
  };
}
