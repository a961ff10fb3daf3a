import type { Candidate } from "./candidates.ts";
import { ctaOf, type Draft, homeOf, type Writing } from "./draft-sections.ts";
import { factorOf, includes, type Wishes } from "./feedback.ts";
import { heedSection } from "./section-wishes.ts";
import { choose, unitOf } from "./select.ts";

type Chosen = ReadonlySet<Candidate>;

/** How long things take, seconds. */
export type Lengths = {
  costs(candidates: Iterable<Candidate>): number;
  /** Of the film that says these and what it says anyway, with the pauses it is planned with. */
  length(chosen: Iterable<Candidate>): number;
  /** Of the same with the longest pauses. */
  reach(chosen: Chosen): number;
  readonly stretch_s: number;
  /** What the wishes may let the film's sentences take. */
  readonly most_s: number;
};

export function lengthsOf(writing: Writing, drafts: readonly Draft[]): Lengths {
  const { outline, style, material } = writing;
  const { pause_aim_s, pause_max_s } = style.pacing;
  const says = drafts.flatMap(({ say }) => say ?? []);
  const anyway_s = says.reduce((sum, say) => sum + material.seconds(say), material.seconds(ctaOf(writing)));
  const costs = (candidates: Iterable<Candidate>) =>
    [...candidates].reduce((sum, c) => sum + material.by.cost(c), 0);
  const length = (chosen: Iterable<Candidate>) => costs(chosen) + anyway_s;
  const stretch_s = pause_max_s - pause_aim_s;
  // What introduces a section shares the beat, and so the pause, of what follows it.
  const reach = (chosen: Chosen) => length(chosen) - says.length * pause_aim_s + chosen.size * stretch_s;
  return { costs, length, reach, stretch_s, most_s: outline.target_s * style.feedback.factor_max };
}

type Choice = {
  readonly writing: Writing;
  readonly wishes: Wishes;
  readonly drafts: readonly Draft[];
  readonly closing: readonly Candidate[];
  readonly allowed: readonly Candidate[];
  readonly lengths: Lengths;
  readonly tell: (unmet: string) => void;
};

/** What `keep` takes in: of many sentences with the same words, the best, as many as the film holds. */
function heldBy({ writing, wishes, drafts, closing, allowed, lengths, tell }: Choice): Set<Candidate> {
  const { by, byOrder } = writing.material;
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
      if (i > 0 && lengths.length(new Set([...closing, ...kept])) + reserve_s(kept) > lengths.most_s)
        return false;
      for (const c of unit) held.add(c);
      return true;
    });
    if (some.length < wanted.length)
      tell(
        `keep: ${some.length} of ${wanted.length} sentences with “${words}” are in; with more the film would miss its length`,
      );
  }
  const taken = new Set([...closing, ...drafts.flatMap(({ pool }) => pool)]);
  for (const c of held) if (!taken.has(c)) homeOf(c, drafts)?.pool.push(c);
  return held;
}

/** What the film says where nobody asks for more or less, and what must stay of it. */
function usualOf({ writing, drafts, closing, lengths }: Choice, held: Chosen) {
  const { outline, material } = writing;
  const { by, byOrder } = material;
  const { costs, length } = lengths;
  const usual = new Set([...closing, ...held]);
  const fixed = new Set(usual);
  for (const { section, pool, say } of drafts) {
    if (section.id === "close") continue;
    const lead = section.id === "hook" ? pool[0] : undefined;
    if (lead !== undefined) fixed.add(lead);
    if (lead !== undefined) usual.add(lead);
    const spent = costs(pool.filter((c) => usual.has(c))) + material.seconds(say ?? undefined);
    choose(pool, byOrder, usual, section.target_s - spent, 1, by);
  }
  const pools = drafts.flatMap(({ pool }) => pool);
  choose(pools, byOrder, usual, outline.target_s - length(usual), 1.5, by);
  return { usual, fixed, pools };
}

/** Takes away what is worth least until the film is nearest to a length; one sentence is the smallest answer. */
function trim(
  { writing, drafts, lengths }: Choice,
  chosen: Set<Candidate>,
  fixed: Chosen,
  goal_s: number,
): void {
  const { by, target } = writing.material;
  const { length, reach, stretch_s } = lengths;
  const mayGo = (c: Candidate) =>
    !fixed.has(c) &&
    ![...chosen].some((other) => other.needs === c.order) &&
    drafts.every(({ pool }) => !pool.includes(c) || pool.filter((one) => chosen.has(one)).length > 1) &&
    reach(chosen) - by.cost(c) - stretch_s >= target.least_s;
  const before = chosen.size;
  while (length(chosen) > goal_s) {
    const least = [...chosen]
      .filter(mayGo)
      .sort((one, other) => by.ranking.score(one) - by.ranking.score(other) || other.order - one.order)[0];
    const over_s = length(chosen) - goal_s;
    if (least === undefined || (chosen.size < before && by.cost(least) - over_s > over_s)) return;
    chosen.delete(least);
  }
}

/** Adds sentences up to a length, or at least one if the film holds it. */
function extend(
  { writing, lengths, tell }: Choice,
  chosen: Set<Candidate>,
  pools: readonly Candidate[],
  goal_s: number,
) {
  const { by, byOrder } = writing.material;
  const { costs, length, most_s } = lengths;
  const before = chosen.size;
  const grown = pools
    .filter((c) => !chosen.has(c))
    .map((c) => length(chosen) + costs(unitOf(c, byOrder, chosen)))
    .sort((a, b) => a - b);
  for (const aim_s of [goal_s, ...grown.filter((s) => s > goal_s)]) {
    if (aim_s > Math.max(goal_s, most_s) + writing.style.pacing.pause_aim_s || chosen.size > before) break;
    choose(pools, byOrder, chosen, aim_s - length(chosen), 0, by);
  }
  if (chosen.size === before)
    tell(
      grown.length === 0
        ? "longer: the sources have no more sentences"
        : "longer: the film would miss its length, or say the same again",
    );
}

/** Does what is asked of single sections, one after the other. */
function heedSections(
  { writing, wishes, drafts, lengths, tell }: Choice,
  chosen: Set<Candidate>,
  held: Chosen,
): void {
  const { by, byOrder, target } = writing.material;
  for (const [at, wish] of wishes.sections) {
    const draft = drafts[at];
    if (draft === undefined) continue;
    const pool = [...new Set(draft.pool)];
    const picked = new Set(pool.filter((c) => chosen.has(c)));
    const section = { heading: draft.section.heading, pool, gone: draft.gone, held, picked };
    const unmet = heedSection(section, wish, {
      by,
      byOrder,
      step: writing.style.feedback.section_step,
      spare_s: lengths.reach(chosen) - target.least_s,
      stretch_s: lengths.stretch_s,
      more_s: lengths.most_s - lengths.length(chosen),
    });
    for (const text of unmet) tell(text);
    for (const c of pool) if (!picked.has(c)) chosen.delete(c);
    for (const c of picked) chosen.add(c);
  }
}

/**
 * Chooses what the film says: as many sentences as fill its length, section by section, then what the wishes change of
 * it. A shorter film says less of the same, a longer one the same and more. `drafts` take in what is kept.
 */
export function chooseSentences(choice: Choice): Set<Candidate> {
  const { writing, wishes, allowed, lengths, tell } = choice;
  const held = heldBy(choice);
  const { usual, fixed, pools } = usualOf(choice, held);
  if (lengths.length(usual) > lengths.most_s) trim(choice, usual, fixed, writing.outline.target_s);
  const chosen = new Set(usual);
  const goal_s = lengths.length(usual) * factorOf(wishes.steps, writing.style.feedback);
  if (wishes.steps < 0) trim(choice, chosen, fixed, goal_s);
  if (wishes.steps < 0 && chosen.size === usual.size)
    tell("shorter: the film would miss its length, or what it says is needed");
  if (wishes.steps > 0) extend(choice, chosen, pools, goal_s);
  heedSections(choice, chosen, held);
  for (const words of wishes.keep)
    if (allowed.some((c) => includes(c.text, words)) && ![...chosen].some((c) => includes(c.text, words)))
      tell(`keep: every sentence with “${words}” is dropped by another note`);
  return chosen;
}
