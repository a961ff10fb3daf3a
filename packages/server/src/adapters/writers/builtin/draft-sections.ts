import type { Outline } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import { closingUnit } from "./build-outline.ts";
import { type Candidate, type Group, termsOf } from "./candidates.ts";
import type { Material } from "./material.ts";
import type { BuiltinStyle } from "./style.ts";

type OutlineSection = Outline["sections"][number];

/** A section before its sentences are chosen. */
export type Draft = {
  readonly section: OutlineSection;
  /** All that it may say. */
  readonly pool: Candidate[];
  /** What a note on the whole script dropped of it. */
  readonly gone: readonly Candidate[];
  /** What introduces it. */
  readonly say: string | null;
};

/** What a script is written from. */
export type Writing = {
  readonly cfg: JobCfg;
  readonly outline: Outline;
  readonly style: BuiltinStyle;
  readonly material: Material;
};

/** The brief's call to action. */
export const ctaOf = ({ cfg }: Writing): string | undefined => cfg.brief.cta_text?.trim() || undefined;

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
export function homeOf(candidate: Candidate, drafts: readonly Draft[]): Draft | undefined {
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

/** The sentences the film ends on: the sources' last, where nothing of them is dropped and they fit. */
function closingOf(writing: Writing, allowed: ReadonlySet<Candidate>): Candidate[] {
  const { outline, material } = writing;
  const close = outline.sections.find((section) => section.id === "close");
  const ending = closingUnit(material);
  if (close === undefined || ending.some((c) => !allowed.has(c))) return [];
  const takes_s = ending.reduce((sum, c) => sum + material.by.cost(c), material.seconds(ctaOf(writing)));
  return takes_s <= close.target_s * 1.15 + 0.5 ? ending : [];
}

/** The outline's sections with what each may say of what is allowed; every sentence is in at most one. */
export function draftSections(
  writing: Writing,
  allowed: ReadonlySet<Candidate>,
): { drafts: Draft[]; closing: Candidate[] } {
  const { cfg, outline, style, material } = writing;
  const closing = closingOf(writing, allowed);
  const says = introduce(
    outline.sections,
    material,
    Math.floor((outline.target_s / 60) * style.sections.introductions_per_minute),
  );
  const taken = new Set<Candidate>(closing);
  const drafts = outline.sections.map((section, i): Draft => {
    const isClose = section.id === "close";
    const group =
      section.id === "hook" ? material.groups[0] : groupFor(section, material, cfg.brief.language);
    const own = isClose ? closing : (group?.candidates ?? []);
    const pool = own.filter((c) => allowed.has(c) && (isClose || !taken.has(c)));
    // Where the sources have hardly any headings, the opening must leave the body something to say.
    if (section.id === "hook" && material.groups.length <= 2) pool.splice(1);
    for (const c of pool) taken.add(c);
    return { section, say: says[i] ?? null, pool, gone: own.filter((c) => !allowed.has(c)) };
  });
  return { drafts, closing };
}
