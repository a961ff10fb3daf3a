import type { Outline, Research } from "@greenlight/contract/documents";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { joinSentences } from "@greenlight/media/text/sentences";
import { Rejection } from "../../../domain/commands.ts";
import { closingUnit } from "./build-outline.ts";
import { type Candidate, type Group, termsOf } from "./candidates.ts";
import { factorOf, lessThin, readFeedback, type Wishes } from "./feedback.ts";
import { gather, type Material } from "./material.ts";
import { heedSection } from "./section-wishes.ts";
import { choose, unitOf } from "./select.ts";
import type { BuiltinStyle } from "./style.ts";

type OutlineSection = Outline["sections"][number];
type Draft = {
  readonly section: OutlineSection;
  readonly pool: Candidate[];
  /** What a note on the whole script dropped of it. */
  readonly gone: readonly Candidate[];
  readonly say: string | null;
};

const includes = (text: string, words: string): boolean => text.toLowerCase().includes(words.toLowerCase());

/** The group a section draws from: by id, else by its heading, else by the words it shares with the section. */
function groupFor(section: OutlineSection, material: Material, language: string): Group | undefined {
  const same = material.groups.find((group) => group.id === section.id);
  if (same !== undefined) return same;
  const heading = section.heading.trim().toLowerCase();
  const named = material.groups.find((group) => group.heading?.trim().toLowerCase() === heading);
  if (named !== undefined) return named;
  const wanted = new Set(
    termsOf(
      [section.heading, section.goal, ...section.key_points].join(" "),
      language,
      new Set(material.own.stopwords),
    ),
  );
  const shared = (group: Group) =>
    new Set(group.candidates.flatMap((c) => c.terms).filter((term) => wanted.has(term))).size;
  return [...material.groups].sort((a, b) => shared(b) - shared(a))[0];
}

/** The section a sentence of an unused heading is put into: the nearest before it in the sources, else the first. */
function homeOf(candidate: Candidate, drafts: readonly Draft[]): Draft | undefined {
  const body = drafts.filter(({ section }) => section.id !== "close");
  const before = body.filter(({ pool }) => pool.some((c) => c.order < candidate.order));
  const latest = (draft: Draft) =>
    Math.max(...draft.pool.map((c) => c.order).filter((order) => order < candidate.order));
  return before.sort((a, b) => latest(b) - latest(a))[0] ?? body[0] ?? drafts[0];
}

/** What is said before each section; few, because a phrase at every turn tires. */
function introduce(sections: readonly OutlineSection[], material: Material, most: number): (string | null)[] {
  const fitting = ({ heading }: { heading: string }) =>
    sections.some((section) => new RegExp(heading, "iu").test(section.heading));
  const left = material.own.introductions.filter(fitting).slice(0, most);
  return sections.map((section) => {
    if (section.id === "hook" || section.id === "close") return null;
    const at = left.findIndex(({ heading }) => new RegExp(heading, "iu").test(section.heading));
    return at < 0 ? null : (left.splice(at, 1)[0]?.say ?? null);
  });
}

/** A section as Markdown: sentences of one passage make a paragraph, each followed by its citation. */
function printed(
  section: OutlineSection,
  say: string | null,
  picked: readonly Candidate[],
  cta: string | undefined,
): string {
  const paragraphs: string[][] = [];
  let passage: string | null = null;
  for (const candidate of picked) {
    if (candidate.passage_id !== passage) paragraphs.push([]);
    passage = candidate.passage_id;
    paragraphs.at(-1)?.push(`${candidate.text} [${candidate.citation}]`);
  }
  if (say !== null) (paragraphs[0] ?? paragraphs[paragraphs.push([]) - 1])?.unshift(say);
  if (cta !== undefined) paragraphs.push([cta]);
  return [`## ${section.heading}`, ...paragraphs.map((sentences) => sentences.join(" "))].join("\n\n");
}

/** What the reviewers' words do not reach, each as a sentence for them. */
function unmetWishes(wishes: Wishes, all: readonly Candidate[], allowed: readonly Candidate[]): string[] {
  const missing = (words: string, candidates: readonly Candidate[]) =>
    !candidates.some((candidate) => includes(candidate.text, words));
  return [
    ...wishes.unmet,
    ...wishes.drop.filter((words) => missing(words, all)).map((words) => `drop: no sentence has “${words}”`),
    ...wishes.keep
      .filter((words) => missing(words, allowed))
      .map((words) =>
        missing(words, all)
          ? `keep: no sentence of the sources has “${words}”`
          : `keep: every sentence with “${words}” is dropped by another note`,
      ),
  ];
}

type Writing = {
  readonly cfg: JobCfg;
  readonly outline: Outline;
  readonly style: BuiltinStyle;
  readonly material: Material;
};
type Composed = { readonly script: string; readonly unmet: readonly string[] };

/** Writes what the wishes ask for, or says how many seconds too little they leave to say. */
function compose(
  writing: Writing,
  wishes: Wishes,
): Composed | { readonly short_s: number; readonly words: number } {
  const { cfg, outline, style, material } = writing;
  const { by, byOrder } = material;
  const cta = cfg.brief.cta_text?.trim() || undefined;
  const dropped = (c: Candidate): boolean =>
    wishes.drop.some((words) => includes(c.text, words)) ||
    (c.needs !== null && ((need) => need !== undefined && dropped(need))(byOrder.get(c.needs)));
  const allowed = material.all.filter((c) => !dropped(c));
  const has = new Set(allowed);
  const unmet = unmetWishes(wishes, material.all, allowed);
  const closeAt = outline.sections.findIndex(({ id }) => id === "close");
  for (const words of [...wishes.drop, ...(wishes.sections.get(closeAt)?.drop ?? [])])
    if (cta !== undefined && includes(cta, words))
      unmet.push(
        `drop: “${words}” is in the brief's call to action, which is said as it is; change cta_text`,
      );
  const ending = closingUnit(material).filter((c) => has.has(c));
  const close = outline.sections.find((section) => section.id === "close");
  const closing =
    close !== undefined &&
    ending.length === closingUnit(material).length &&
    ending.reduce((sum, c) => sum + by.cost(c), material.seconds(cta)) <= close.target_s * 1.15 + 0.5
      ? ending
      : [];
  const says = introduce(
    outline.sections,
    material,
    Math.floor((outline.target_s / 60) * style.sections.introductions_per_minute),
  );
  const taken = new Set<Candidate>(closing);
  const drafts: Draft[] = outline.sections.map((section, i) => {
    const group =
      section.id === "hook"
        ? material.groups[0]
        : section.id === "close"
          ? undefined
          : groupFor(section, material, cfg.brief.language);
    const own = section.id === "close" ? closing : (group?.candidates ?? []);
    const pool = own.filter((c) => has.has(c) && (section.id === "close" || !taken.has(c)));
    // Where the sources have hardly any headings, the opening must leave the body something to say.
    if (section.id === "hook" && material.groups.length <= 2) pool.splice(1);
    for (const c of pool) taken.add(c);
    return { section, say: says[i] ?? null, pool, gone: own.filter((c) => !has.has(c)) };
  });
  const stretch = style.pacing.pause_max_s - style.pacing.pause_aim_s;
  const costs = (candidates: Iterable<Candidate>) => [...candidates].reduce((sum, c) => sum + by.cost(c), 0);
  const spoken_s =
    material.seconds(cta) + drafts.reduce((sum, { say }) => sum + material.seconds(say ?? undefined), 0);
  const most_s = outline.target_s * style.feedback.factor_max;

  const held = new Set<Candidate>();
  /** What the sections that keep nothing need, for a sentence each. */
  const reserve_s = (kept: ReadonlySet<Candidate>) =>
    drafts
      .filter(
        ({ section, pool }) => section.id !== "close" && pool.length > 0 && !pool.some((c) => kept.has(c)),
      )
      .reduce((sum, { pool }) => sum + Math.min(...pool.map((c) => by.cost(c))), 0);
  for (const words of wishes.keep) {
    const wanted = allowed
      .filter((c) => includes(c.text, words))
      .sort((a, b) => by.ranking.score(b) - by.ranking.score(a));
    const some = wanted.filter((one, i) => {
      const unit = unitOf(one, byOrder, new Set());
      const kept = new Set([...held, ...unit]);
      if (i > 0 && spoken_s + costs(new Set([...closing, ...kept])) + reserve_s(kept) > most_s) return false;
      for (const c of unit) held.add(c);
      return true;
    });
    if (some.length < wanted.length)
      unmet.push(
        `keep: ${some.length} of ${wanted.length} sentences with “${words}” are in; with more the film would miss its length`,
      );
  }
  for (const c of held) {
    if (!taken.has(c)) homeOf(c, drafts)?.pool.push(c);
    taken.add(c);
  }
  const length = (chosen: Iterable<Candidate>) => costs(chosen) + spoken_s;
  const usual = new Set([...closing, ...held]);
  const leads = new Set<Candidate>();
  for (const { section, pool, say } of drafts) {
    if (section.id === "close") continue;
    const lead = section.id === "hook" ? pool[0] : undefined;
    if (lead !== undefined) leads.add(lead);
    if (lead !== undefined) usual.add(lead);
    const spent = costs(pool.filter((c) => usual.has(c))) + material.seconds(say ?? undefined);
    choose(pool, byOrder, usual, section.target_s - spent, 1, by);
  }
  const pools = drafts.flatMap(({ pool }) => pool);
  choose(pools, byOrder, usual, outline.target_s - length(usual), 1.5, by);
  // A phrase before a section shares the beat, and so the pause, of what follows it.
  const phrases = drafts.filter(({ say }) => say !== null).length;
  const reach = (chosen: ReadonlySet<Candidate>) =>
    length(chosen) - phrases * style.pacing.pause_aim_s + chosen.size * stretch;
  const mayGo = (c: Candidate, chosen: ReadonlySet<Candidate>) =>
    !held.has(c) &&
    !leads.has(c) &&
    !closing.includes(c) &&
    ![...chosen].some((other) => other.needs === c.order) &&
    drafts.every(({ pool }) => !pool.includes(c) || pool.filter((one) => chosen.has(one)).length > 1) &&
    reach(chosen) - by.cost(c) - stretch >= material.target.least_s;
  /** Takes away what is worth least until the film is nearest to a length; one sentence is the smallest answer. */
  const trim = (chosen: Set<Candidate>, goal_s: number) => {
    const before = chosen.size;
    while (length(chosen) > goal_s) {
      const least = [...chosen]
        .filter((c) => mayGo(c, chosen))
        .sort((one, other) => by.ranking.score(one) - by.ranking.score(other) || other.order - one.order)[0];
      const over_s = length(chosen) - goal_s;
      if (least === undefined || (chosen.size < before && by.cost(least) - over_s > over_s)) return;
      chosen.delete(least);
    }
  };
  if (length(usual) > most_s) trim(usual, outline.target_s);
  // A shorter film says less of the same, a longer one the same and more.
  const chosen = new Set(usual);
  const goal_s = length(usual) * factorOf(wishes.steps, style.feedback);
  if (wishes.steps < 0) {
    trim(chosen, goal_s);
    if (chosen.size === usual.size)
      unmet.push("shorter: the film would miss its length, or what it says is needed");
  }
  if (wishes.steps > 0) {
    const grown = pools
      .filter((c) => !chosen.has(c))
      .map((c) => length(usual) + costs(unitOf(c, byOrder, chosen)))
      .sort((a, b) => a - b);
    for (const aim_s of [goal_s, ...grown.filter((s) => s > goal_s)]) {
      if (aim_s > Math.max(goal_s, most_s) + style.pacing.pause_aim_s || chosen.size > usual.size) break;
      choose(pools, byOrder, chosen, aim_s - length(chosen), 0, by);
    }
    if (chosen.size === usual.size)
      unmet.push(
        grown.length === 0
          ? "longer: the sources have no more sentences"
          : "longer: the film would miss its length, or say the same again",
      );
  }
  for (const [at, wish] of wishes.sections) {
    const draft = drafts[at];
    if (draft === undefined) continue;
    const { heading } = draft.section;
    const pool = [...new Set(draft.pool)];
    const picked = new Set(pool.filter((c) => chosen.has(c)));
    const told = heedSection({ heading, pool, gone: draft.gone, held, picked }, wish, {
      by,
      byOrder,
      step: style.feedback.section_step,
      spare_s: reach(chosen) - material.target.least_s,
      stretch_s: stretch,
      more_s: most_s - length(chosen),
    });
    unmet.push(...told);
    for (const c of pool) if (!picked.has(c)) chosen.delete(c);
    for (const c of picked) chosen.add(c);
  }
  for (const words of wishes.keep)
    if (allowed.some((c) => includes(c.text, words)) && ![...chosen].some((c) => includes(c.text, words)))
      unmet.push(`keep: every sentence with “${words}” is dropped by another note`);
  const drops = lessThin(wishes) !== null;
  const short_s = material.target.least_s - (drops ? reach(chosen) : length(chosen) + chosen.size * stretch);
  if (short_s > 0) return { short_s, words: Math.round([...chosen].reduce((sum, c) => sum + c.words, 0)) };
  const sections = drafts
    .map(({ section, pool, say }) => {
      const picked = [...new Set(pool)].filter((c) => chosen.has(c)).sort((a, b) => a.order - b.order);
      return {
        section,
        picked,
        say: picked[0]?.leads_group === true ? say : null,
        cta: section.id === "close" ? cta : undefined,
      };
    })
    .filter(({ picked, cta: call }) => picked.length > 0 || call !== undefined)
    .map(({ section, say, picked, cta: call }) => printed(section, say, picked, call));
  const unclosed = cta !== undefined && close === undefined ? `\n\n${joinSentences([cta])}` : "";
  return { script: `# ${outline.title}\n\n${sections.join("\n\n")}${unclosed}\n`, unmet };
}

/**
 * The script: sentences of the sources in the sources' order, section by section, as many as fill the film's length.
 * Wishes that leave too little to fill it are let go of, the last first, and told.
 * @throws Rejection brief_too_thin
 */
export async function writeScript(
  cfg: JobCfg,
  outline: Outline,
  research: Research,
  feedback: readonly FeedbackNote[],
  style: BuiltinStyle,
  speechSeconds: (text: string) => Promise<number>,
  tell: (unmet: string) => void = () => undefined,
): Promise<string> {
  const material = await gather(cfg, research, style, speechSeconds);
  const writing = { cfg, outline, style, material };
  const headings = outline.sections.map(({ heading }) => heading);
  let wishes = readFeedback(feedback, style.feedback, headings);
  for (;;) {
    const made = compose(writing, wishes);
    if ("script" in made) {
      for (const unmet of made.unmet) tell(unmet);
      return made.script;
    }
    const less = lessThin(wishes);
    if (less === null)
      throw new Rejection(
        "brief_too_thin",
        `The outline's sections and the reviewer's notes leave ${made.words} words to speak; ${material.target.aim_s} s need about ` +
          `${made.words + Math.ceil(made.short_s / material.word_s)}. Give more source text, drop less, or set a shorter target length.`,
      );
    tell(`${less.without}: too little would be left to fill ${material.target.aim_s} s`);
    wishes = less.wishes;
  }
}
