import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BriefInput, brief as briefSchema } from "@greenlight/contract/brief";
import { outline as outlineSchema, research as researchSchema } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { render as renderSchema } from "@greenlight/contract/render";
import { storyboard as storyboardSchema } from "@greenlight/contract/storyboard";
import { spokenWords, wordsOf } from "@greenlight/media/text/sentences";
import { parse } from "yaml";
import { toResearch } from "../../../../stages/research/passages.ts";
import { createSourceReader } from "../../../sources/read-source.ts";
import { createBuiltinWriter } from "../builtin-writer.ts";
import { parseScript } from "../parse-script.ts";
import { builtinStyle } from "../style.ts";

const root = new URL("../../../../../../../", import.meta.url);
const fileOf = (path: string) => readFileSync(fileURLToPath(new URL(path, root)));
const yaml = (path: string): unknown => parse(fileOf(path).toString(), { merge: true });
export const style = builtinStyle.parse(yaml("conf/prompts/builtin.yaml"));
export const render = renderSchema.parse(yaml("conf/render.yaml"));
export const writer = createBuiltinWriter(style);
const { signal } = new AbortController();
const reader = createSourceReader({ max_bytes: 5e6, timeout_ms: 1000, allow_private_addresses: false });
/** Words at a steady rate. */
export const heard = async (text: string) => wordsOf(text, "en").length / 2.6;
export const byLength = (language: string) => async (text: string) => spokenWords(text, language) / 2.6;

export const configured = (input: BriefInput, seed = 7): JobCfg => ({
  brief: briefSchema.parse(input),
  files: {},
  render,
  models: {},
  modules: {},
  seed,
});
const researchOf = async (brief: JobCfg["brief"], folder: string) =>
  toResearch(
    await Promise.all(
      brief.sources.map((source) =>
        reader.read(
          source,
          source.path === undefined
            ? null
            : { bytes: fileOf(`${folder}/${source.path}`), media_type: "text/markdown" },
          signal,
        ),
      ),
    ),
    brief.language,
  );

/** What the writer makes of a brief and its sources: outline, script with the notes, storyboard. */
export async function film(
  cfg: JobCfg,
  folder: string,
  options: {
    feedback?: readonly string[];
    speechSeconds?: (text: string) => Promise<number>;
    tell?: (unmet: string) => void;
  } = {},
) {
  const { feedback = [], speechSeconds = heard, tell = () => undefined } = options;
  const research = researchSchema.parse(await researchOf(cfg.brief, folder));
  const outline = outlineSchema.parse(
    await writer.outline({ cfg, research, feedback: [], speechSeconds, signal }),
  );
  const notes = feedback.map((note) => ({ beat_id: null, notes: note }));
  const script = await writer.script({
    cfg,
    outline,
    research,
    feedback: notes,
    speechSeconds,
    tell,
    signal,
  });
  const board = storyboardSchema.parse(
    await writer.storyboard({ cfg, slug: "film", script, research, feedback: [], speechSeconds, signal }),
  );
  return { research, outline, script, board, sentences: parseScript(script, cfg.brief.language).sentences };
}
export const example = (name: string, change: Partial<BriefInput> = {}, seed = 7) =>
  configured({ ...(yaml(`examples/${name}/brief.yaml`) as BriefInput), ...change }, seed);
