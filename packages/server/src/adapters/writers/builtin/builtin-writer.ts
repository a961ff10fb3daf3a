import type { Writer } from "../../../app/ports.ts";
import { buildOutline } from "./build-outline.ts";
import { buildStoryboard } from "./build-storyboard.ts";
import type { BuiltinStyle } from "./style.ts";
import { writeScript } from "./write-script.ts";

/**
 * The extractive writer: it lifts, orders and shortens sentences of the sources and adds no words but the style's and
 * the brief's. Deterministic; needs no network. Throws Rejection `brief_too_thin` when the sources cannot fill the film.
 */
export function createBuiltinWriter(style: BuiltinStyle): Writer {
  return {
    id: "writer:builtin@1",
    outline: async ({ cfg, research, speechSeconds, signal }) => {
      signal.throwIfAborted();
      return buildOutline(cfg, research, style, speechSeconds);
    },
    script: async ({ cfg, outline, research, feedback, speechSeconds, tell, signal }) => {
      signal.throwIfAborted();
      return writeScript(cfg, outline, research, feedback, style, speechSeconds, tell);
    },
    storyboard: async ({ cfg, slug, script, speechSeconds, signal }) => {
      signal.throwIfAborted();
      return buildStoryboard({ cfg, slug, script, speechSeconds }, style);
    },
  };
}
