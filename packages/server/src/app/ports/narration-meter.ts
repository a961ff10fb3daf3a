import type { JobCfg } from "@greenlight/contract/job";

/** Measures how long narration takes as the job's own voice speaks it. */
export interface NarrationMeter {
  /**
   * Seconds of each text, to the millisecond; 0 where there is nothing to say.
   * @throws Rejection voice_unknown | provider_unavailable | unavailable
   */
  seconds(texts: readonly string[], cfg: JobCfg): Promise<number[]>;
}
