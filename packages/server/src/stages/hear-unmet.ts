import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { StageContext } from "../app/ports/stage-adapter.ts";

export type Heard = {
  readonly unmet: readonly string[];
  readonly tell: (unmet: string) => void;
  /** For the artifact's meta: what was asked and what of it could not be done. */
  readonly meta: () => { readonly feedback: FeedbackNote[]; readonly feedback_unmet: string[] };
};

/** Gathers the wishes of a stage's feedback that could not be honoured, each also a warning in its log. */
export function hearUnmet(ctx: StageContext): Heard {
  const unmet: string[] = [];
  return {
    unmet,
    tell: (wish) => {
      unmet.push(wish);
      ctx.log.warn("stage", `not honoured: ${wish}`);
    },
    meta: () => ({ feedback: [...ctx.feedback], feedback_unmet: [...unmet] }),
  };
}

/** For a stage that makes the same from the same whatever is said of it: tells of each note that it changed nothing. */
export function tellAllUnmet(ctx: StageContext, instead: string): Heard {
  const heard = hearUnmet(ctx);
  for (const { beat_id, notes } of ctx.feedback)
    heard.tell(`${beat_id === null ? "" : `${beat_id}: `}“${notes}” changes nothing here: ${instead}`);
  return heard;
}
