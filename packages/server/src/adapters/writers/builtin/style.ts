import { z } from "zod";

const phrases = z.array(z.string().min(1));
const weight = z.number().min(-10).max(10);
const share = z.number().min(0).max(1);

/** Words that tell the parts of a sentence apart, lower case. */
const grammar = z.strictObject({
  verbs: phrases.default([]),
  prepositions: phrases.default([]),
  determiners: phrases.default([]),
  conjunctions: phrases.default([]),
  contrasts: phrases.default([]),
  because: phrases.default([]),
  therefore: phrases.default([]),
  adverbs: phrases.default([]),
  /** Sign shown before a number → words that mean it. */
  approximations: z.record(z.string(), phrases).default({}),
  magnitudes: phrases.default([]),
  numerals: z.record(z.string(), z.number()).default({}),
  /** Before a bare four-digit (or, after "year", shorter) number these make it a year. */
  year_words: phrases.default([]),
  says: phrases.default([]),
});
export type Grammar = z.infer<typeof grammar>;

const languageStyle = z.strictObject({
  hook_heading: z.string().optional(),
  close_heading: z.string().optional(),
  /** Said before a section whose heading matches (regular expression, any case); each at most once. */
  introductions: z.array(z.strictObject({ heading: z.string(), say: z.string() })).default([]),
  leaning_openers: phrases.default([]),
  leaning_words: phrases.default([]),
  pronouns: phrases.default([]),
  stopwords: phrases.default([]),
  grammar: grammar.prefault({}),
});
export type LanguageStyle = z.infer<typeof languageStyle>;

/** `conf/prompts/builtin.yaml`: all phrases, weights and limits of the built-in writer. Lengths are seconds. */
export const builtinStyle = z.strictObject({
  default_target_s: z.number().min(10).max(3600),
  pacing: z.strictObject({
    /** Sentences spoken to learn how fast the voice is. */
    rate_samples: z.int().min(1).max(100),
    pause_aim_s: z.number().min(0),
    pause_max_s: z.number().min(0),
    join_below_s: z.number().min(0),
    join_up_to_s: z.number().min(0),
  }),
  sentences: z.strictObject({
    words_min: z.number().positive(),
    words_max: z.number().positive(),
    words_best_min: z.number().positive(),
    words_best_max: z.number().positive(),
    shorten_above: z.number().positive(),
  }),
  ranking: z.strictObject({
    centrality: weight,
    title: weight,
    keyword: weight,
    group_lead: weight,
    early: weight,
    /** Of a whole section: how much its heading is what title and intent ask for. */
    heading: weight,
    paragraph_lead: weight,
    number: weight,
    length: weight,
    question: weight,
    redundancy: weight,
    similarity_max: share,
  }),
  sections: z.strictObject({
    seconds_each: z.number().positive(),
    body_max: z.int().min(1).max(20),
    hook_share: share,
    close_share: share,
    /** The close may take this times its share to end on the sources' last sentence. */
    close_stretch: z.number().min(1),
    introductions_per_minute: z.number().min(0),
  }),
  feedback: z.strictObject({
    step: share,
    /** Share of a section's seconds that one `shorter` or `longer` of it stands for. */
    section_step: share,
    /** Seconds that one `shorter` or `longer` changes a single beat by. */
    beat_step_s: z.number().positive(),
    factor_min: z.number().positive(),
    factor_max: z.number().positive(),
    /** Words that, with a number, name a section: `section 2: shorter`. */
    section: phrases,
    /** Before a colon and a kind of visual, in a note on a beat. */
    visual: phrases,
    shorter: phrases,
    longer: phrases,
    drop: phrases,
    keep: phrases,
  }),
  goals: z.strictObject({ hook: z.string(), body: z.string(), close: z.string() }),
  /** Steps of a framework in order; a body section goes to the step whose cues it has most of. */
  frameworks: z.record(z.string(), z.array(z.strictObject({ goal: z.string(), cues: phrases })).min(1)),
  visuals: z.strictObject({
    statement_words: z.int().min(3),
    /** Of the last card, which asks the viewer to do something. */
    end_words: z.int().min(3),
    label_words: z.int().min(1),
    item_words: z.int().min(1),
    section_cards_share: share,
    section_card_up_to_s: z.number().min(0),
    image_match: share,
    emphasis_min_letters: z.int().min(1),
  }),
  languages: z.record(z.string(), languageStyle),
});
export type BuiltinStyle = z.infer<typeof builtinStyle>;

const NEUTRAL: LanguageStyle = languageStyle.parse({});

/** What holds for a BCP 47 tag: its own entry, else its language's, else one without phrases. */
export const styleOf = (style: BuiltinStyle, language: string): LanguageStyle =>
  style.languages[language] ?? style.languages[language.split("-")[0]?.toLowerCase() ?? ""] ?? NEUTRAL;
