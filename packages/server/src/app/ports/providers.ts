import type { JobCfg } from "@greenlight/contract/job";
import type { SourceReader } from "./source-reader.ts";
import type { SpeechSynthesizer } from "./speech-synthesizer.ts";
import type { Writer } from "./writer.ts";

export type Providers = {
  readonly writer: Writer;
  readonly speech: SpeechSynthesizer;
  readonly sources: SourceReader;
};

/** Reads the providers' names from `modules.yaml` as it was snapshotted into the job. */
export type ProviderFactory = (cfg: JobCfg) => Providers;
