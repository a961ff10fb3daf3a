import { createSpeech } from "@greenlight/media/speech/choose-voice";
import { createSourceReader } from "./adapters/sources/read-source.ts";
import { createBuiltinWriter } from "./adapters/writers/builtin/builtin-writer.ts";
import { builtinStyle } from "./adapters/writers/builtin/style.ts";
import type { ProviderFactory } from "./app/ports/providers.ts";
import type { SourceReader } from "./app/ports/source-reader.ts";
import { StageFailure } from "./app/ports/stage-adapter.ts";

/** What reading sources is limited to; plain JSON, since it is handed to stage hosts. */
export type SourceLimits = {
  readonly max_bytes: number;
  readonly timeout_ms: number;
  readonly allow_private_addresses: boolean;
};

/** The part of `cfg.modules` that providers are chosen by: names from modules.yaml and the prompts as they were. */
type Modules = {
  readonly writer?: unknown;
  readonly speech?: unknown;
  readonly prompts?: { readonly builtin?: unknown };
};

/**
 * Makes the providers a job was configured with, from the job's own snapshot. A provider that does not exist is an
 * error; none is ever put in another's place.
 */
export function createProviders(limits: SourceLimits): ProviderFactory {
  const sources: SourceReader = createSourceReader(limits);
  return (cfg) => {
    const modules: Modules = cfg.modules;
    if (modules.writer !== "builtin")
      throw new StageFailure(
        "needs_operator",
        "provider_unavailable",
        `modules.yaml names the writer ${modules.writer}; there is: builtin`,
      );
    if (modules.speech !== "builtin")
      throw new StageFailure(
        "needs_operator",
        "provider_unavailable",
        `modules.yaml names the speech ${modules.speech}; there is: builtin`,
      );
    return {
      writer: createBuiltinWriter(builtinStyle.parse(modules.prompts?.builtin)),
      speech: createSpeech(cfg.render),
      sources,
    };
  };
}
