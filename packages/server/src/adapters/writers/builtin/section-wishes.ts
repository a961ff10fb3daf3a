import type { Candidate } from "./candidates.ts";
import type { Wish } from "./feedback.ts";
import { type Choosing, choose, unitOf } from "./select.ts";

export type SectionDraft = {
  readonly heading: string;
  /** All that the section may say. */
  readonly pool: readonly Candidate[];
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

const has = (candidate: Candidate, words: string): boolean =>
  candidate.text.toLowerCase().includes(words.toLowerCase());

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
    if (!draft.pool.some((c) => has(c, words)))
      tell(`drop: ${words}`, "no sentence of this section has these words");
    else if (draft.pool.every(gone)) tell(`drop: ${words}`, "nothing would be left of the section");
    else drop.push(words);
  }
  const dropped = (c: Candidate) => leansOn(c, (one) => drop.some((words) => has(one, words)));
  const pool = draft.pool.filter((c) => !dropped(c));
  for (const c of [...picked]) if (dropped(c)) picked.delete(c);
  const kept = new Set<Candidate>();
  for (const words of wish.keep) {
    const wanted = pool.filter((c) => has(c, words));
    if (wanted.length === 0)
      tell(
        `keep: ${words}`,
        draft.pool.some((c) => has(c, words))
          ? "another note drops every sentence with these words"
          : "no sentence of this section has these words",
      );
    for (const c of wanted.flatMap((one) => unitOf(one, byOrder, new Set()))) {
      kept.add(c);
      picked.add(c);
    }
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
    if (kept.size > 0) trim(Math.max(aim_s, before_s));
    const most_s = before_s + room.more_s;
    const other = pool.filter((c) => !picked.has(c));
    // The step is a wish, one whole sentence its smallest answer.
    const smallest = Math.min(...other.map((c) => seconds(unitOf(c, byOrder, picked))));
    const want_s =
      wish.steps > 0 ? Math.max(aim_s, before_s + smallest) : picked.size === 0 ? smallest : before_s;
    const budget = Math.min(most_s, want_s) - seconds(picked);
    if (budget > 0 && Number.isFinite(budget)) choose(other, byOrder, picked, budget, 0, by);
    if (wish.steps > 0 && seconds(picked) <= before_s)
      tell(
        "longer",
        other.length === 0 ? "the sources have no more sentences for it" : "the film would miss its length",
      );
  }
  return unmet;
}
