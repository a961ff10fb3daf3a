import type { StageAdapter } from "../app/ports/stage-adapter.ts";
import { acceptance } from "./acceptance.ts";
import { animatics } from "./animatics.ts";
import { assemble } from "./assemble.ts";
import { assets } from "./assets.ts";
import { audio } from "./audio.ts";
import { outline } from "./outline.ts";
import { research } from "./research.ts";
import { script } from "./script.ts";
import { storyboard } from "./storyboard.ts";

/** Every stage adapter a pipeline may use, by name. */
export const STAGES: ReadonlyMap<string, StageAdapter> = new Map(
  [outline, research, script, storyboard, assets, animatics, audio, assemble, acceptance].map((adapter) => [
    adapter.name,
    adapter as StageAdapter,
  ]),
);
