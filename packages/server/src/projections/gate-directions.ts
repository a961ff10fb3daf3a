import type { FeedbackDirection } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { z } from "zod";

const phrases = z.array(z.string()).min(1);
/** The built-in writer's words, as a job's snapshot of `conf/prompts/builtin.yaml` has them. */
const withWords = z.looseObject({
  writer: z.literal("builtin"),
  prompts: z.looseObject({
    builtin: z.looseObject({
      feedback: z.looseObject({
        shorter: phrases,
        longer: phrases,
        drop: phrases,
        keep: phrases,
        visual: phrases,
      }),
    }),
  }),
});

type Made = (cfg: JobCfg) => FeedbackDirection[];

function writerWords(cfg: JobCfg) {
  const found = withWords.safeParse(cfg.modules);
  if (!found.success) return null;
  const { shorter, longer, drop, keep, visual } = found.data.prompts.builtin.feedback;
  return {
    shorter: `${shorter[0]}`,
    longer: `${longer[0]}`,
    drop: `${drop[0]}`,
    keep: `${keep[0]}`,
    visual: `${visual[0]}`,
  };
}

const ofScript: Made = (cfg) => {
  const words = writerWords(cfg);
  if (words === null) return [];
  const { shorter, longer, drop, keep } = words;
  return [shorter, longer, `${drop}: <words>`, `${keep}: <words>`].map((say) => ({
    say,
    of: ["film", "section"],
  }));
};

const ofStoryboard: Made = (cfg) => {
  const words = writerWords(cfg);
  if (words === null) return [];
  const { shorter, longer, drop, visual } = words;
  return [shorter, longer, drop, `${visual}: <kind>`].map((say) => ({ say, of: ["beat"] }));
};

const ofAudio: Made = ({ render }) => {
  if (render.directions === undefined) return [];
  const { slower, faster, louder, quieter, music, off, on } = render.directions.words;
  const [piece] = music;
  return [
    ...[slower, faster, louder, quieter].map(([say]) => ({
      say: `${say}`,
      of: ["film" as const, "beat" as const],
    })),
    ...[louder, quieter, off, on].map(([how]) => ({ say: `${piece} ${how}`, of: ["film" as const] })),
  ];
};

const BY_ADAPTER: ReadonlyMap<string, Made> = new Map([
  ["script", ofScript],
  ["storyboard", ofStoryboard],
  ["audio", ofAudio],
]);

/** What the stage that `uses` this adapter understands in a reviewer's notes, in the words of the job's configuration. */
export const gateDirections = (uses: string, cfg: JobCfg): FeedbackDirection[] =>
  BY_ADAPTER.get(uses)?.(cfg) ?? [];
