import { notesByBeat } from "@greenlight/contract/notes-by-beat";
import type { Writer } from "../../../app/ports/writer.ts";
import { buildOutline } from "./build-outline.ts";
import { buildStoryboard } from "./build-storyboard.ts";
import { known, linesOf, stageOf } from "./feedback.ts";
import { remakeBeats } from "./remake-beats.ts";
import type { BuiltinStyle } from "./style.ts";
import { writeScript } from "./write-script.ts";

/**
 * The extractive writer: it lifts, orders and shortens sentences of the sources and adds no words but the style's and
 * the brief's. Deterministic; needs no network. Throws Rejection `brief_too_thin` when the sources cannot fill the film.
 */
export function createBuiltinWriter(style: BuiltinStyle): Writer {
  return {
    id: "writer:builtin@3",
    briefUnused: ({ brief: { audience, tone, framework } }) => [
      ...(audience.length > 0 ? ["audience"] : []),
      ...(tone !== "" ? ["tone"] : []),
      ...(framework !== undefined && style.frameworks[framework] === undefined ? ["framework"] : []),
    ],
    outline: async ({ cfg, research, feedback, speechSeconds, tell, signal }) => {
      signal.throwIfAborted();
      for (const line of linesOf(feedback))
        tell?.(
          `“${line}”: the built-in writer's outline follows the sources' headings; patch the outline, or ask the script for ${known(style.feedback)}`,
        );
      return buildOutline(cfg, research, style, speechSeconds);
    },
    script: async ({ cfg, outline, research, feedback, speechSeconds, tell, signal }) => {
      signal.throwIfAborted();
      return writeScript(cfg, outline, research, feedback, style, speechSeconds, tell);
    },
    storyboard: async ({ cfg, slug, script, feedback, speechSeconds, tell, signal }) => {
      signal.throwIfAborted();
      const made = await buildStoryboard({ cfg, slug, script, speechSeconds }, style);
      const notes = notesByBeat(
        feedback,
        made.beats.map(({ id }) => id),
      );
      for (const line of linesOf(notes.filter(({ beat_id }) => beat_id === null)))
        tell?.(
          `“${line}”: the built-in writer makes the storyboard of every sentence of the script; name the beats to make anew, or ask the script for ${known(style.feedback)}`,
        );
      return remakeBeats(made, notes, cfg, style, tell ?? (() => undefined));
    },
    stageOf: (line, ofBeat) => stageOf(line, ofBeat, style.feedback),
  };
}
