import type { Candidate } from "./candidates.ts";
import { includes, type Wish } from "./feedback.ts";
import { type Choosing, choose, unitOf } from "./select.ts";

export type SectionDraft = {
  readonly heading: string;
  /** All that the section may say. */
  readonly pool: readonly Candidate[];
  /** What it would have, had a note on the whole script not dropped it. */
  readonly gone: readonly Candidate[];
  /** What a note on the whole script keeps. */
  readonly held: ReadonlySet<Candidate>;
  /** What it says so far, changed in place. */
  readonly picked: Set<Candidate>;
};

export type SectionRoom = {
  readonly by: Choosing;
  readonly byOrder: ReadonlyMap<number, Candidate>;
  /** Share of the section's seconds that one `shorter` or `longer` stands for. */
  readonly step: number;
  /** Seconds the whole film may lose and may gain before it misses its length. */
  readonly spare_s: number;
  readonly more_s: number;
  /** Seconds by which the pause after a sentence can still be stretched. */
  readonly stretch_s: number;
};

const has = ({ text }: Candidate, words: string): boolean => includes(text, words);

/**
 * Does what reviewers ask of one section by choosing again among that section's own sentences; what others say stays
 * as it is. Returns each wish that could not be honoured, as a sentence for people.
 */
export function heedSection(draft: SectionDraft, wish: Wish, room: SectionRoom): string[] {
  const { by, byOrder, step } = room;
  const { picked, heading } = draft;
  const unmet: string[] = [];
  const tell = (wanted: string, why: string) => unmet.push(`${heading}: ${wanted}: ${why}`);
  const seconds = (candidates: Iterable<Candidate>) =>
    [...candidates].reduce((sum, c) => sum + by.cost(c), 0);
  const before_s = seconds(picked);
  const reach_before = before_s + picked.size * room.stretch_s;
  const leansOn = (candidate: Candidate, gone: (c: Candidate) => boolean): boolean => {
    const need = candidate.needs === null ? undefined : byOrder.get(candidate.needs);
    return gone(candidate) || (need !== undefined && leansOn(need, gone));
  };
  const drop: string[] = [];
  for (const words of wish.drop) {
    const gone = (c: Candidate) => leansOn(c, (one) => [...drop, words].some((part) => has(one, part)));
    if (draft.gone.some((c) => has(c, words)) && !draft.pool.some((c) => has(c, words))) continue;
    if (!draft.pool.some((c) => has(c, words)))
      tell(`drop: ${words}`, "no sentence of this section has these words");
    else if (draft.pool.every(gone)) tell(`drop: ${words}`, "nothing would be left of the section");
    else drop.push(words);
  }
  const dropped = (c: Candidate) => leansOn(c, (one) => drop.some((words) => has(one, words)));
  const pool = draft.pool.filter((c) => !dropped(c));
  for (const c of [...picked]) if (dropped(c)) picked.delete(c);
  const kept = new Set(pool.filter((c) => draft.held.has(c)));
  const most_s = before_s + room.more_s;
  for (const words of wish.keep) {
    const wanted = pool
      .filter((c) => has(c, words))
      .sort((a, b) => by.ranking.score(b) - by.ranking.score(a));
    if (wanted.length === 0)
      tell(
        `keep: ${words}`,
        [...draft.pool, ...draft.gone].some((c) => has(c, words))
          ? "another note drops every sentence with these words"
          : "no sentence of this section has these words",
      );
    const taken = wanted.filter((one, i) => {
      const unit = unitOf(one, byOrder, new Set());
      // What is not kept may still go for it.
      if (i > 0 && seconds(new Set([...kept, ...unit])) > most_s) return false;
      for (const c of unit) {
        kept.add(c);
        picked.add(c);
      }
      return true;
    });
    if (taken.length < wanted.length)
      tell(
        `keep: ${words}`,
        `${taken.length} of ${wanted.length} sentences with these words are in; with more the film would miss its length`,
      );
  }
  const reach = () => seconds(picked) + picked.size * room.stretch_s;
  const least_s = reach_before - room.spare_s;
  const aim_s = before_s * Math.max(0, 1 + wish.steps * step);
  const needed = (c: Candidate) => [...picked].some((other) => other.needs === c.order);
  const trim = (goal_s: number) => {
    while (seconds(picked) > goal_s && picked.size > 1) {
      const least = [...picked]
        .filter((c) => !kept.has(c) && !needed(c) && reach() - by.cost(c) - room.stretch_s >= least_s)
        .sort((a, b) => by.ranking.score(a) - by.ranking.score(b) || b.order - a.order)[0];
      if (least === undefined) return;
      picked.delete(least);
    }
  };
  if (wish.steps < 0) {
    trim(aim_s);
    if (seconds(picked) >= before_s)
      tell(
        "shorter",
        picked.size < 2
          ? "only one sentence is left"
          : "the film would miss its length, or what it says is needed",
      );
  } else {
    if (wish.keep.length > 0) trim(Math.max(aim_s, before_s));
    const other = pool.filter((c) => !picked.has(c));
    const grown = other.map((c) => before_s + seconds(unitOf(c, byOrder, picked))).sort((a, b) => a - b);
    const smallest = grown[0] ?? Number.POSITIVE_INFINITY;
    const want_s = wish.steps > 0 ? aim_s : picked.size === 0 ? smallest : before_s;
    // The step is a wish, one whole sentence its smallest answer, and the smallest may say what is said already.
    const goals = wish.steps > 0 ? [want_s, ...grown.filter((goal_s) => goal_s > want_s)] : [want_s];
    for (const goal_s of goals) {
      const budget = Math.min(most_s, goal_s) - seconds(picked);
      if (budget > 0 && Number.isFinite(budget)) choose(other, byOrder, picked, budget, 0, by);
      if (seconds(picked) > before_s || goal_s > most_s) break;
    }
    if (wish.steps > 0 && seconds(picked) <= before_s)
      tell(
        "longer",
        other.length === 0
          ? "the sources have no more sentences for it"
          : smallest > most_s
            ? "the film would miss its length"
            : "what else the sources have for it says the same again",
      );
  }
  return unmet;
}
