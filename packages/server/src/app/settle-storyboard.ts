import type { JobCfg } from "@greenlight/contract/job";
import type { Beat, Storyboard } from "@greenlight/contract/storyboard";
import { Rejection } from "../domain/commands.ts";
import type { EditPatch } from "../domain/patches.ts";
import type { NarrationMeter } from "./ports/narration-meter.ts";

/**
 * A patched storyboard with what follows from its words: `speech_s` is measured again where a narration is new, and a
 * beat whose narration was edited by itself (`beat_edit`) is made as long as its words need. A length that is asked for
 * must hold lead-in, speech and tail, or the film would be longer than the storyboard says.
 * @throws Rejection patch_too_short
 */
export async function settleStoryboard(
  patch: EditPatch,
  before: Storyboard,
  after: Storyboard,
  cfg: JobCfg,
  narration: NarrationMeter,
): Promise<Storyboard> {
  const old = new Map(before.beats.map((beat) => [beat.id, beat]));
  const spoken = await speechOf(after.beats, old, cfg, narration);
  const frames = (seconds: number) => Math.ceil(seconds * after.fps - 1e-6);
  const { lead_s, tail_s } = cfg.render.pacing;
  const beats = after.beats.map((beat): Beat & { readonly least_s: number } => {
    const speech_s = spoken.get(beat.id) ?? 0;
    const least_s = speech_s > 0 ? frames(lead_s + speech_s + tail_s) / after.fps : 0;
    const lasts = patch.type === "beat_edit" ? Math.max(beat.duration_s, least_s) : beat.duration_s;
    return { ...beat, speech_s, duration_s: isAsked(beat, old) ? lasts : beat.duration_s, least_s };
  });
  const short = beats.flatMap((beat, index) =>
    isAsked(beat, old) && frames(beat.duration_s) < frames(beat.least_s) ? [{ beat, index }] : [],
  );
  const [first] = short;
  if (first)
    throw new Rejection(
      "patch_too_short",
      `${first.beat.id} needs ${rounded(first.beat.least_s)} s: ${lead_s} s before its ${first.beat.speech_s} s of ` +
        `speech and ${tail_s} s after; give at least that instead of ${first.beat.duration_s} s`,
      short.map(({ beat, index }) => ({
        pointer: pointerOf(patch, beat.id, index),
        message: "shorter than lead-in, narration and tail",
        remedy: `give at least ${rounded(beat.least_s)}`,
      })),
    );
  return { ...after, beats: beats.map(({ least_s: _, ...beat }) => beat) };
}

/** Whether the patch gives the beat another length or other words; what stood before is not its to mend. */
function isAsked(beat: Beat, old: ReadonlyMap<string, Beat>): boolean {
  const was = old.get(beat.id);
  return was?.narration !== beat.narration || was.duration_s !== beat.duration_s;
}

async function speechOf(
  beats: readonly Beat[],
  old: ReadonlyMap<string, Beat>,
  cfg: JobCfg,
  narration: NarrationMeter,
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  const fresh: Beat[] = [];
  for (const beat of beats) {
    const was = old.get(beat.id);
    if (beat.narration.trim() === "") known.set(beat.id, 0);
    else if (was?.narration === beat.narration) known.set(beat.id, was.speech_s);
    else fresh.push(beat);
  }
  if (fresh.length === 0) return known;
  const measured = await narration.seconds(
    fresh.map((beat) => beat.narration),
    cfg,
  );
  for (const [index, beat] of fresh.entries()) known.set(beat.id, measured[index] ?? 0);
  return known;
}

function pointerOf(patch: EditPatch, beatId: string, index: number): string {
  if (patch.type !== "duration_adjust") return `/beats/${index}/duration_s`;
  return `/beat_adjustments/${patch.beat_adjustments.findLastIndex((a) => a.beat_id === beatId)}/duration`;
}

/** Up to the millisecond, so that what is told is enough. */
const rounded = (seconds: number): number => Math.ceil(seconds * 1000 - 1e-6) / 1000;
