import type { Outline, Research } from "@greenlight/contract/documents";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import type { Storyboard } from "@greenlight/contract/storyboard";

export interface Writer {
  /** For `meta.made_by`, e.g. `writer:builtin@1`. */
  readonly id: string;
  /** Fields of the brief that have a value (given or by default) and that this writer does not use, e.g. `["tone"]`. */
  briefUnused?(cfg: JobCfg): string[];
  /** The stage at which this writer would follow a line of a note, on a beat or on the whole; null: at none. */
  stageOf?(line: string, ofBeat: boolean): "script" | "storyboard" | null;
  outline(input: {
    cfg: JobCfg;
    research: Research;
    feedback: readonly FeedbackNote[];
    /** Measures a text as it will be spoken, so that what is written fills the film. */
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<Outline>;
  /** Markdown: `# title`, then `## section` headings with narration and `[S1]` citations. */
  script(input: {
    cfg: JobCfg;
    outline: Outline;
    research: Research;
    feedback: readonly FeedbackNote[];
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<string>;
  /** Splits the script into beats and chooses visuals. `speechSeconds` measures a text as it will be spoken. */
  storyboard(input: {
    cfg: JobCfg;
    slug: string;
    script: string;
    research: Research;
    feedback: readonly FeedbackNote[];
    speechSeconds(text: string): Promise<number>;
    /** Hears each wish of the feedback that could not be honoured, and why. */
    tell?(unmet: string): void;
    signal: AbortSignal;
  }): Promise<Storyboard>;
}
