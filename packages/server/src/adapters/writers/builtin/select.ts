import type { Candidate } from "./candidates.ts";
import type { Ranking } from "./rank.ts";

export type Choosing = {
  readonly ranking: Ranking;
  /** Weight of likeness to what is chosen already against worth. */
  readonly redundancy: number;
  /** Nothing more alike than this to a chosen sentence is taken. */
  readonly similarity_max: number;
  /** Seconds a sentence takes, its pause included. */
  cost(candidate: Candidate): number;
};

/** The sentences a candidate leans on, outermost first, and itself; what is chosen already is left out. */
export function unitOf(
  candidate: Candidate,
  byOrder: ReadonlyMap<number, Candidate>,
  chosen: ReadonlySet<Candidate>,
): Candidate[] {
  const unit: Candidate[] = [];
  let at: Candidate | undefined = candidate;
  while (at !== undefined && !chosen.has(at)) {
    unit.unshift(at);
    at = at.needs === null ? undefined : byOrder.get(at.needs);
  }
  return unit;
}

/**
 * Adds sentences of `pool` to `chosen` by maximal marginal relevance (Carbonell and Goldstein 1998) until no further
 * one fits into `budget_s` plus `slack_s`. A sentence comes with those it leans on. Returns the seconds spent.
 */
export function choose(
  pool: readonly Candidate[],
  byOrder: ReadonlyMap<number, Candidate>,
  chosen: Set<Candidate>,
  budget_s: number,
  slack_s: number,
  by: Choosing,
): number {
  let spent = 0;
  const likeness = new Map<Candidate, number>();
  const near = (candidate: Candidate, other: Candidate) => {
    const now = by.ranking.similarity(candidate, other);
    if (now > (likeness.get(candidate) ?? 0)) likeness.set(candidate, now);
  };
  for (const candidate of pool) for (const other of chosen) near(candidate, other);
  for (;;) {
    let best: { unit: Candidate[]; worth: number; cost: number } | null = null;
    for (const candidate of pool) {
      if (chosen.has(candidate)) continue;
      const unit = unitOf(candidate, byOrder, chosen);
      const cost = unit.reduce((sum, c) => sum + by.cost(c), 0);
      if (spent + cost > budget_s + slack_s) continue;
      if (unit.some((c) => (likeness.get(c) ?? 0) > by.similarity_max)) continue;
      const worth =
        unit.reduce((sum, c) => sum + by.ranking.score(c) - by.redundancy * (likeness.get(c) ?? 0), 0) /
        unit.length;
      if (best === null || worth > best.worth) best = { unit, worth, cost };
    }
    if (best === null) return spent;
    for (const taken of best.unit) {
      chosen.add(taken);
      for (const candidate of pool) if (!chosen.has(candidate)) near(candidate, taken);
    }
    spent += best.cost;
    if (spent >= budget_s) return spent;
  }
}
