import type { Outline, Research } from "@greenlight/contract/documents";
import type { FeedbackNote } from "@greenlight/contract/feedback";
import type { JobCfg } from "@greenlight/contract/job";
import { joinSentences } from "@greenlight/media/text/sentences";
import { Rejection } from "../../../domain/commands.ts";
import { closingUnit } from "./build-outline.ts";
import { type Candidate, type Group, termsOf } from "./candidates.ts";
import { readFeedback, type Wishes } from "./feedback.ts";
import { gather, type Material } from "./material.ts";
import { heedSection } from "./section-wishes.ts";
import { choose, unitOf } from "./select.ts";
import type { BuiltinStyle } from "./style.ts";

type OutlineSection = Outline["sections"][number];
type Draft = {
  readonly section: OutlineSection;
  readonly pool: Candidate[];
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

/**
 * The script: sentences of the sources in the sources' order, section by section, as many as fill the film's length.
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
  const { by, byOrder } = material;
  const wishes = readFeedback(
    feedback,
    style.feedback,
    outline.sections.map(({ heading }) => heading),
  );
  const cta = cfg.brief.cta_text?.trim() || undefined;
  const dropped = (c: Candidate): boolean =>
    wishes.drop.some((words) => includes(c.text, words)) ||
    (c.needs !== null && ((need) => need !== undefined && dropped(need))(byOrder.get(c.needs)));
  const allowed = material.all.filter((c) => !dropped(c));
  const has = new Set(allowed);
  for (const unmet of unmetWishes(wishes, material.all, allowed)) tell(unmet);
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
    const pool = (section.id === "close" ? closing : (group?.candidates ?? [])).filter(
      (c) => has.has(c) && (section.id === "close" || !taken.has(c)),
    );
    // Where the sources have hardly any headings, the opening must leave the body something to say.
    if (section.id === "hook" && material.groups.length <= 2) pool.splice(1);
    for (const c of pool) taken.add(c);
    return { section, say: says[i] ?? null, pool };
  });
  const chosen = new Set<Candidate>(closing);
  const stretch = style.pacing.pause_max_s - style.pacing.pause_aim_s;
  const kept = allowed.filter((c) => wishes.keep.some((words) => includes(c.text, words)));
  for (const c of kept.flatMap((candidate) => unitOf(candidate, byOrder, chosen))) {
    chosen.add(c);
    if (!taken.has(c)) homeOf(c, drafts)?.pool.push(c);
    taken.add(c);
  }
  const costs = (candidates: Iterable<Candidate>) => [...candidates].reduce((sum, c) => sum + by.cost(c), 0);
  const fixed = material.seconds(cta) + costs(closing);
  const scale = (outline.target_s * wishes.factor - fixed) / Math.max(1, outline.target_s - fixed);
  for (const { section, pool, say } of drafts) {
    if (section.id === "close") continue;
    const lead = section.id === "hook" ? pool[0] : undefined;
    if (lead !== undefined) chosen.add(lead);
    const spent = costs(pool.filter((c) => chosen.has(c))) + material.seconds(say ?? undefined);
    choose(pool, byOrder, chosen, section.target_s * scale - spent, 1, by);
  }
  const length = () =>
    costs(chosen) +
    material.seconds(cta) +
    drafts.reduce((sum, { say }) => sum + material.seconds(say ?? undefined), 0);
  const goal = outline.target_s * wishes.factor;
  const pools = drafts.flatMap(({ pool }) => pool);
  choose(pools, byOrder, chosen, goal - length(), 1.5, by);
  for (const [at, wish] of wishes.sections) {
    const draft = drafts[at];
    if (draft === undefined) continue;
    const { heading } = draft.section;
    const pool = [...new Set(draft.pool)];
    const picked = new Set(pool.filter((c) => chosen.has(c)));
    const unmet = heedSection({ heading, pool, picked }, wish, {
      by,
      byOrder,
      step: style.feedback.section_step,
      spare_s: length() + chosen.size * stretch - material.target.least_s,
      stretch_s: stretch,
      more_s: outline.target_s * style.feedback.factor_max - length(),
    });
    for (const text of unmet) tell(text);
    for (const c of pool) if (!picked.has(c)) chosen.delete(c);
    for (const c of picked) chosen.add(c);
  }
  const speakable = drafts.map(({ section, pool, say }) => ({
    section,
    say,
    picked: [...new Set(pool)].filter((c) => chosen.has(c)).sort((a, b) => a.order - b.order),
  }));
  if (length() + chosen.size * stretch < material.target.least_s) {
    const words = Math.round([...chosen].reduce((sum, c) => sum + c.words, 0));
    const missing = Math.ceil((material.target.least_s - length() - chosen.size * stretch) / material.word_s);
    throw new Rejection(
      "brief_too_thin",
      `The outline's sections and the reviewer's notes leave ${words} words to speak; ${material.target.aim_s} s need about ` +
        `${words + missing}. Give more source text, drop less, or set a shorter target length.`,
    );
  }
  const sections = speakable
    .map(({ section, say, picked }) => ({
      section,
      picked,
      say: picked[0]?.leads_group === true ? say : null,
      cta: section.id === "close" ? cta : undefined,
    }))
    .filter(({ picked, cta: call }) => picked.length > 0 || call !== undefined)
    .map(({ section, say, picked, cta: call }) => printed(section, say, picked, call));
  const unclosed = cta !== undefined && close === undefined ? `\n\n${joinSentences([cta])}` : "";
  return `# ${outline.title}\n\n${sections.join("\n\n")}${unclosed}\n`;
}
