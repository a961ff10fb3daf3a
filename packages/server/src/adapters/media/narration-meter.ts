import type { NarrationMeter } from "../../app/ports/narration-meter.ts";
import { Rejection } from "../../domain/commands.ts";
import { type MediaProcesses, orUnavailable } from "./media-processes.ts";

/** Speaks with the program's own voices, in a process of its own each time it is asked. */
export function createNarrationMeter(processes: MediaProcesses): NarrationMeter {
  return {
    async seconds(texts, { brief, render, modules }) {
      if (modules.speech !== "builtin")
        throw new Rejection(
          "provider_unavailable",
          `the job's speech is ${String(modules.speech)}, which cannot measure narration; there is: builtin`,
        );
      const { speech, pacing } = render;
      const voice = brief.voice ? { voice: brief.voice } : {};
      const ask = { type: "speak" as const, texts, speech, pacing, language: brief.language, ...voice };
      const asked = processes.ask(ask, new AbortController().signal);
      return [...(await orUnavailable("the narration could not be measured", asked))];
    },
  };
}
