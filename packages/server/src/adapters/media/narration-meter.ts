import type { NarrationMeter } from "../../app/ports/narration-meter.ts";
import { Rejection } from "../../domain/commands.ts";
import { askChild } from "./ask-child.ts";
import type { NarrationMeasured, SpeakNarration } from "./narration-worker.ts";

const WORKER = new URL("./narration-worker.ts", import.meta.url);

/** Speaks with the program's own voices, in a process of its own each time it is asked. */
export function createNarrationMeter({ timeout_ms }: { readonly timeout_ms: number }): NarrationMeter {
  return {
    async seconds(texts, { brief, render, modules }) {
      if (modules.speech !== "builtin")
        throw new Rejection(
          "provider_unavailable",
          `the job's speech is ${String(modules.speech)}, which cannot measure narration; there is: builtin`,
        );
      const { speech, pacing } = render;
      const voice = brief.voice ? { voice: brief.voice } : {};
      const question: SpeakNarration = { texts, speech, pacing, language: brief.language, ...voice };
      const told = await askChild<NarrationMeasured>(WORKER, question, timeout_ms);
      if ("seconds" in told) return told.seconds;
      throw new Rejection("voice_unknown", told.unknown_voice);
    },
  };
}
