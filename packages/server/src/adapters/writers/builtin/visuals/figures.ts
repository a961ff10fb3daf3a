import type { Visual } from "@greenlight/contract/storyboard";
import { capitalised, oneOf, wordsIn } from "./phrase.ts";
import { type Quantity, quantitiesIn, sameUnit, yearsIn } from "./quantities.ts";
import type { Scene } from "./scene.ts";

const withoutSpan = (text: string, span: { start: number; end: number }): string =>
  `${text.slice(0, span.start)} ${text.slice(span.end)}`.replace(/\s+/gu, " ").trim();

/** The clause around a place in the text. */
export function clauseAt(scene: Scene, text: string, at: number): { text: string; offset: number } {
  const breaks = [
    ...text.matchAll(
      new RegExp(
        `(?:[,，、;:](?=\\s)|\\s[—–-]\\s|\\s(?=${oneOf([...scene.grammar.contrasts, ...scene.grammar.because.filter((word) => word.length > 2)])}\\s))`,
        "giu",
      ),
    ),
  ];
  const from = breaks.filter((m) => m.index < at).at(-1);
  const to = breaks.find((m) => m.index >= at);
  const start = from === undefined ? 0 : from.index + from[0].length;
  return { text: text.slice(start, to?.index ?? text.length), offset: start };
}

type Labelled = { readonly label: string; readonly quantity: Quantity };

/** A quantity with the thing it is of: the subject of its clause, or what follows it. */
function labelled(scene: Scene, text: string, quantity: Quantity): Labelled | null {
  const { parser, limits, grammar } = scene;
  const clause = clauseAt(scene, text, quantity.start);
  const subject = parser.subject(clause.text);
  if (subject !== null && wordsIn(subject).length <= limits.label_words) return { label: subject, quantity };
  const after = clause.text.slice(Math.max(0, quantity.end - clause.offset));
  const lead = new RegExp(`^\\s*(?:${oneOf(grammar.prepositions)})\\s+`, "iu");
  const named = parser.trimmed(after.replace(lead, ""));
  if (lead.test(after) && named !== "" && wordsIn(named).length <= 3 && !/\d/u.test(named)) {
    return { label: capitalised(named), quantity };
  }
  return null;
}

const distinct = (labels: readonly string[]): boolean =>
  new Set(labels.map((l) => l.toLowerCase())).size === labels.length;

/** Bars for two or more numbers of one unit, in the sentence or between it and the one before. */
export function barChart(scene: Scene): Visual | null {
  const here = quantitiesIn(scene.text, scene.grammar);
  const anchor = here.find((q) => q.unit !== null);
  if (anchor === undefined) return null;
  const bars = here.filter((q) => sameUnit(q.unit, anchor.unit)).map((q) => labelled(scene, scene.text, q));
  if (bars.length === 1) {
    const last = scene.before.at(-1);
    const before =
      last === undefined
        ? []
        : quantitiesIn(last, scene.grammar).filter((q) => sameUnit(q.unit, anchor.unit));
    if (last === undefined || before.length !== 1 || before[0] === undefined) return null;
    bars.unshift(labelled(scene, last, before[0]));
  }
  const named = bars.filter((bar) => bar !== null);
  if (
    named.length < 2 ||
    named.length !== bars.length ||
    named.length > 8 ||
    !distinct(named.map((b) => b.label))
  )
    return null;
  const longest = named.map(({ quantity }) => quantity.unit ?? "").sort((a, b) => b.length - a.length)[0];
  return {
    kind: "bar_chart",
    ...(longest === undefined || longest === "" ? {} : { unit: longest }),
    bars: named.map(({ label, quantity }) => ({
      label,
      value: quantity.value,
      ...(/^[≈<>≥$£€¥]/u.test(quantity.shown) ? { shown: quantity.shown } : {}),
    })),
  };
}

/** A line for one unit measured in two or more years of one sentence. */
export function lineChart(scene: Scene): Visual | null {
  const years = yearsIn(scene.text, scene.grammar);
  const quantities = quantitiesIn(scene.text, scene.grammar);
  if (years.length < 2 || quantities.length !== years.length) return null;
  const unit = quantities.find((q) => q.unit !== null)?.unit ?? null;
  if (!quantities.every((q) => q.unit === null || sameUnit(q.unit, unit))) return null;
  const points = years
    .map((year, i) => ({ label: String(year.year), value: quantities[i]?.value ?? 0 }))
    .sort((a, b) => Number(a.label) - Number(b.label));
  if (!distinct(points.map((p) => p.label))) return null;
  const heading = scene.parser.subject(scene.text);
  return {
    kind: "line_chart",
    ...(heading === null || wordsIn(heading).length > scene.limits.label_words ? {} : { heading }),
    ...(unit === null ? {} : { unit }),
    points,
  };
}

/** The one number a sentence turns on, and what it says about it. */
export function bigNumber(scene: Scene): Visual | null {
  const { text, parser, limits } = scene;
  const all = quantitiesIn(text, scene.grammar).filter((q) => q.unit !== null || /\d/u.test(q.shown));
  const best =
    all.find((q) => q.unit !== null && /\d/u.test(text.slice(q.start, q.end))) ??
    all.find((q) => q.unit !== null) ??
    all[0];
  if (best === undefined) return null;
  const clause = clauseAt(scene, text, best.start);
  const span = { start: best.start - clause.offset, end: best.end - clause.offset };
  const rest = parser.trimmed(withoutSpan(clause.text, span));
  const words = wordsIn(rest);
  const ends = parser.verbAt(words) === words.length - 1 ? words.slice(0, -1).join(" ") : rest;
  const subject = parser.subject(clause.text);
  // "was priced at 179 pounds" without its number is no English: then the subject alone names what is counted.
  const broken = ends !== rest || parser.endsOnParticiple(ends);
  if (broken && !/\d/u.test(text.slice(best.start, best.end))) return null;
  const named = broken && subject !== null ? subject : null;
  const short =
    named ??
    (wordsIn(ends).length <= limits.label_words + 3
      ? ends
      : (subject ?? parser.condense(ends, limits.label_words + 2)));
  const first = parser.clauses(text)[0] ?? "";
  const setting =
    named !== null && !clause.text.startsWith(first) && wordsIn(first).length <= limits.label_words
      ? first
      : "";
  const label = capitalised(
    parser.trimmed(`${short} ${setting.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase())}`.trim()),
  );
  const lead = new RegExp(`^${oneOf(scene.grammar.prepositions)}(?!\\p{L})`, "iu");
  if (lead.test(label)) return null;
  if (
    wordsIn(label)
      .slice(0, 2)
      .some((word) => parser.leadsWithPronoun(word))
  )
    return null;
  if (label === "" || wordsIn(label).length > limits.label_words + 4) return null;
  const currency = best.unit !== null && /^[$£€¥]$/u.test(best.unit);
  return {
    kind: "number",
    value: best.shown,
    ...(best.unit === null || currency ? {} : { unit: best.unit }),
    label,
  };
}

/** What happened when, after what of the section was heard before; null for a lone date. */
export function timeline(scene: Scene): Visual | null {
  const visual = dated(scene);
  return visual?.kind === "timeline" && visual.events.length > 1 ? visual : null;
}

/** The sentence's date and what happened then, after those heard just before. */
export function dated(scene: Scene): Visual | null {
  const { parser, grammar, limits } = scene;
  const eventOf = (text: string) => {
    const years = yearsIn(text, grammar);
    const [year] = years;
    if (years.length !== 1 || year === undefined) return null;
    const lead = new RegExp(
      `(?:(?<!\\p{L})${oneOf(["in", "by", "since", ...grammar.year_words])}\\s+)?$`,
      "iu",
    );
    const before = text.slice(0, year.start).replace(lead, "");
    const after = text.slice(year.end).replace(before === "" ? /^\s*,?\s*/u : /^/u, "");
    const what = parser.condense(
      `${before.trimEnd()} ${after.trimStart()}`.replace(/\s+([,.])/gu, "$1").trim(),
      limits.label_words + 2,
    );
    return what === "" || parser.leadsWithPronoun(what) || what.endsWith("…")
      ? null
      : { when: String(year.year), what: capitalised(what) };
  };
  const now = eventOf(scene.text);
  if (now === null) return null;
  const past = scene.before.map(eventOf).filter((event) => event !== null);
  const events = [...past, now].slice(-5);
  const rising = events.every((event, i) => i === 0 || Number(events[i - 1]?.when) < Number(event.when));
  return { kind: "timeline", events: rising ? events : [now] };
}
