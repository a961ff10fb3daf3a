import type { Outline, Research } from "@greenlight/contract/documents";
import type { JobCfg } from "@greenlight/contract/job";
import type { Candidate, Group } from "./candidates.ts";
import { gather, type Material } from "./material.ts";
import { unitOf } from "./select.ts";
import type { BuiltinStyle } from "./style.ts";

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** Shares `seconds` out by weight, none above its limit; what limits leave over goes to the last. */
export function shareOut(seconds: number, parts: readonly { weight: number; limit: number }[]): number[] {
  const given = parts.map(() => 0);
  let left = seconds;
  for (let round = 0; round < parts.length && left > 1e-6; round++) {
    const open = parts
      .map((part, i) => ({ part, i }))
      .filter(({ part, i }) => (given[i] ?? 0) < part.limit - 1e-6);
    const weights = total(open.map(({ part }) => part.weight));
    if (open.length === 0 || weights <= 0) break;
    const portion = left;
    for (const { part, i } of open) {
      const add = Math.min(part.limit - (given[i] ?? 0), (portion * part.weight) / weights);
      given[i] = (given[i] ?? 0) + add;
      left -= add;
    }
  }
  const last = given.length - 1;
  if (last >= 0) given[last] = (given[last] ?? 0) + left;
  return given;
}

const byWorth = (material: Material, candidates: readonly Candidate[]): Candidate[] =>
  [...candidates].sort(
    (a, b) => material.by.ranking.score(b) - material.by.ranking.score(a) || a.order - b.order,
  );

const keyPoints = (material: Material, candidates: readonly Candidate[]): string[] =>
  byWorth(material, candidates)
    .filter((c) => c.needs === null)
    .slice(0, 3)
    .sort((a, b) => a.order - b.order)
    .map((c) => c.text);

/** The end of the last group: its last sentence with what that leans on. */
export const closingUnit = (material: Material): Candidate[] => {
  const last = material.groups.at(-1)?.candidates.at(-1);
  return last === undefined ? [] : unitOf(last, material.byOrder, new Set());
};

const costOf = (material: Material, candidates: readonly Candidate[]): number =>
  total(candidates.map((c) => material.by.cost(c)));

/** Chooses body groups by worth until the film can be filled, then puts them in the sources' or framework's order. */
function bodyOf(
  material: Material,
  pool: readonly Group[],
  seconds: number,
  cfg: JobCfg,
  style: BuiltinStyle,
) {
  const { ranking } = material.by;
  const worth = (group: Group) =>
    total(byWorth(material, group.candidates).slice(0, 2).map(ranking.score)) +
    style.ranking.heading * ranking.asked(group.heading);
  const ranked = [...pool].sort((a, b) => worth(b) - worth(a) || pool.indexOf(a) - pool.indexOf(b));
  const wanted = Math.min(
    style.sections.body_max,
    Math.max(1, Math.ceil(seconds / style.sections.seconds_each)),
  );
  let count = Math.min(wanted, ranked.length);
  const capacity = () => total(ranked.slice(0, count).map((g) => costOf(material, g.candidates)));
  while (count < ranked.length && capacity() < seconds) count += 1;
  const body = ranked.slice(0, count).sort((a, b) => pool.indexOf(a) - pool.indexOf(b));
  const steps = cfg.brief.framework === undefined ? undefined : style.frameworks[cfg.brief.framework];
  if (steps === undefined) return body.map((group) => ({ group, goal: style.goals.body }));
  const stepped = body.map((group) => {
    const words = `${group.heading ?? ""} ${group.candidates.map((c) => c.text).join(" ")}`.toLowerCase();
    const hits = steps.map(
      ({ cues }) =>
        total(cues.map((cue) => words.split(new RegExp(`(?<!\\p{L})${cue}(?!\\p{L})`, "u")).length - 1)) /
        cues.length,
    );
    return { group, step: hits.indexOf(Math.max(...hits)) };
  });
  return stepped
    .sort((a, b) => a.step - b.step || pool.indexOf(a.group) - pool.indexOf(b.group))
    .map(({ group, step }) => ({ group, goal: steps[step]?.goal ?? style.goals.body }));
}

/**
 * Sections after the sources' own headings: an opening, a body and a close. Section ids say where their sentences
 * come from: `hook`, `close`, else the first passage of a heading. Target durations sum to the brief's length.
 */
export async function buildOutline(
  cfg: JobCfg,
  research: Research,
  style: BuiltinStyle,
  speechSeconds: (text: string) => Promise<number>,
): Promise<Outline> {
  const material = await gather(cfg, research, style, speechSeconds);
  const { target, own, groups, by } = material;
  const T = target.aim_s;
  const opening = groups[0]?.candidates ?? [];
  const first = opening.slice(0, 1);
  const cta_s = material.seconds(cfg.brief.cta_text);
  const ending = closingUnit(material).filter((c) => !first.includes(c));
  const close_room = style.sections.close_share * T;
  const close_takes =
    ending.length > 0 &&
    cta_s + costOf(material, ending) <=
      Math.max(close_room * style.sections.close_stretch, cta_s === 0 ? T / 3 : 0);
  const close_s = (close_takes ? costOf(material, ending) : 0) + cta_s;
  const hook_s = Math.min(
    costOf(material, opening),
    Math.max(style.sections.hook_share * T, costOf(material, first)),
  );
  const hookOwnsGroup = groups.length > 2;
  const pool = groups
    .slice(hookOwnsGroup ? 1 : 0)
    .map((group) => ({
      ...group,
      candidates: group.candidates.filter(
        (c) => !(close_takes && ending.includes(c)) && (hookOwnsGroup || !first.includes(c)),
      ),
    }))
    .filter((group) => group.candidates.length > 0);
  const body_s = T - hook_s - close_s;
  const body = bodyOf(material, pool, body_s, cfg, style);
  const shares = shareOut(
    body_s,
    body.map(({ group }) => ({
      weight:
        Math.sqrt(costOf(material, group.candidates)) *
        (1 + Math.max(0, ...group.candidates.map((c) => by.ranking.score(c)))),
      limit: costOf(material, group.candidates),
    })),
  );
  const sections = [
    {
      id: "hook",
      heading: own.hook_heading ?? cfg.brief.title,
      goal: style.goals.hook,
      target_s: hook_s,
      key_points: keyPoints(material, opening),
    },
    ...body.map(({ group, goal }, i) => ({
      id: group.id,
      heading: group.heading ?? group.source_title,
      goal,
      target_s: shares[i] ?? 0,
      key_points: keyPoints(material, group.candidates),
    })),
    ...(close_s > 0
      ? [
          {
            id: "close",
            heading: own.close_heading ?? groups.at(-1)?.source_title ?? cfg.brief.title,
            goal: style.goals.close,
            target_s: close_s,
            key_points: close_takes ? ending.map((c) => c.text) : [],
          },
        ]
      : []),
  ].filter((section) => section.target_s > 0.05);
  const rounded = sections.map((section) => ({
    ...section,
    target_s: Math.round(section.target_s * 10) / 10,
  }));
  const longest = rounded.reduce((a, b) => (b.target_s > a.target_s ? b : a));
  longest.target_s = Math.round((longest.target_s + T - total(rounded.map((s) => s.target_s))) * 1000) / 1000;
  return {
    title: cfg.brief.title,
    thesis: opening[0]?.text ?? cfg.brief.title,
    target_s: T,
    sections: rounded,
  };
}
