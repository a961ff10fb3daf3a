import type { AudioDirections } from "@greenlight/contract/render";
import type { Storyboard } from "@greenlight/contract/storyboard";
import { planTimeline } from "@greenlight/media/timeline";
import type { StageContext } from "../../app/ports/stage-adapter.ts";
import { lengthsOf, type StoredSpeech, speak, speakBeats } from "../speech/speak.ts";
import type { AskedSound } from "./read-directions.ts";

export type DirectedSpeech = {
  readonly spoken: ReadonlyMap<string, StoredSpeech>;
  /** Share of the configured words a minute of each beat that does not speak at 1. */
  readonly rates: ReadonlyMap<string, number>;
};

const seconds = (value: number): string => value.toFixed(1);

/** The share of the usual rate that steps stand for, within the limits. */
const rateOf = (steps: number, { rate_step, rate_min, rate_max }: AudioDirections): number =>
  Math.round(Math.min(rate_max, Math.max(rate_min, 1 + steps * rate_step)) * 1000) / 1000;

/**
 * Speaks every beat, those that are asked for slower or faster at that rate. A beat keeps its length, since pictures and
 * captions are made for it: of steps that it cannot hold, as many as fit are taken.
 */
export async function speakAsAsked(
  ctx: StageContext,
  board: Storyboard,
  asked: AskedSound,
  directions: AudioDirections | undefined,
  tell: (unmet: string) => void,
): Promise<DirectedSpeech> {
  const usual = await speakBeats(ctx, board, [0, 0.3]);
  const rates = new Map<string, number>();
  if (directions === undefined) return { spoken: usual, rates };
  const { pacing } = ctx.cfg.render;
  const spoken = new Map(usual);
  const room = new Map(
    planTimeline(board, lengthsOf(usual), pacing, board.fps).map((b) => [b.beat_id, b.end_s - b.start_s]),
  );
  const limit = (at: string, steps: number) => {
    const most = steps > 0 ? directions.rate_max : directions.rate_min;
    if (Math.abs(steps * directions.rate_step) > Math.abs(most - 1) + 1e-9)
      tell(
        `${at}${steps > 0 ? "faster" : "slower"}: it is at the limit, ${most} of the usual rate (directions in render.yaml)`,
      );
  };
  limit("", asked.rate);
  for (const { id, narration } of board.beats) {
    const own = asked.beats.get(id)?.rate ?? 0;
    const steps = asked.rate + own;
    const before = usual.get(id);
    if (own !== 0 && before === undefined)
      tell(`${id}: ${own > 0 ? "faster" : "slower"}: nobody speaks in it`);
    if (before === undefined || steps === 0) continue;
    if (own !== 0) limit(`${id}: `, steps);
    const holds = (speech: StoredSpeech) =>
      pacing.lead_s + speech.duration_s + pacing.tail_s <= (room.get(id) ?? 0) + 1e-6;
    let wanted: StoredSpeech | null = null;
    for (let step = steps; step !== 0; step -= Math.sign(step)) {
      const rate = rateOf(step, directions);
      if (step !== steps && rate === rateOf(step + Math.sign(step), directions)) continue;
      const speech = await speak(ctx, narration, rate);
      wanted ??= speech;
      if (!holds(speech)) continue;
      spoken.set(id, speech);
      rates.set(id, rate);
      break;
    }
    const got = rates.get(id) ?? 1;
    if (wanted !== null && got !== rateOf(steps, directions))
      tell(
        `${id}: slower: the beat lasts ${seconds(room.get(id) ?? 0)} s and would need ` +
          `${seconds(pacing.lead_s + wanted.duration_s + pacing.tail_s)} s; ` +
          `${got === 1 ? "it is spoken as before" : `it is spoken at ${got} of the usual rate`}; ` +
          "make the beat longer at the storyboard, then say it again",
      );
  }
  return { spoken, rates };
}
