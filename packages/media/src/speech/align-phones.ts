/** A phone and when it ends, seconds; `pau` is silence. */
export type TimedPhone = { readonly phone: string; readonly start_s: number; readonly end_s: number };

export type Span = { readonly start_s: number; readonly end_s: number };

const PAUSE = "pau";
const VOWEL = /^[aeiou]/;
const GAP = 1;

/**
 * Finds which phones of running speech belong to which word, given how each word sounds alone: the cheapest way
 * (Levenshtein) to turn the words' phones in a row into the phones heard. Where a word finds no phone of its own,
 * it gets a share of its neighbours' time. One span per word, in order, without overlap.
 */
export function alignPhones(heard: readonly TimedPhone[], words: readonly (readonly string[])[]): Span[] {
  const sounding = heard.filter((p) => p.phone !== PAUSE);
  const expected = words.flatMap((phones, word) =>
    phones.filter((p) => p !== PAUSE).map((phone) => ({ phone, word })),
  );
  const first: (number | undefined)[] = new Array(words.length);
  const last: (number | undefined)[] = new Array(words.length);
  for (const [h, e] of cheapestPairs(sounding, expected)) {
    const word = expected[e]?.word;
    if (word === undefined) continue;
    first[word] ??= h;
    last[word] = h;
  }
  return fillSpans(sounding, first, last);
}

function cheapestPairs(
  heard: readonly TimedPhone[],
  expected: readonly { phone: string }[],
): [heard: number, expected: number][] {
  const width = expected.length + 1;
  const cost = new Float32Array((heard.length + 1) * width);
  for (let e = 0; e < width; e += 1) cost[e] = e * GAP;
  for (let h = 1; h <= heard.length; h += 1) {
    cost[h * width] = h * GAP;
    for (let e = 1; e < width; e += 1) {
      const swap =
        (cost[(h - 1) * width + e - 1] ?? 0) + distance(heard[h - 1]?.phone, expected[e - 1]?.phone);
      const extra = (cost[(h - 1) * width + e] ?? 0) + GAP;
      const missing = (cost[h * width + e - 1] ?? 0) + GAP;
      cost[h * width + e] = Math.min(swap, extra, missing);
    }
  }
  const pairs: [number, number][] = [];
  for (let h = heard.length, e = expected.length; h > 0 && e > 0; ) {
    const here = cost[h * width + e] ?? 0;
    const swap = (cost[(h - 1) * width + e - 1] ?? 0) + distance(heard[h - 1]?.phone, expected[e - 1]?.phone);
    if (Math.abs(here - swap) < 1e-4) pairs.push([--h, --e]);
    else if (Math.abs(here - (cost[(h - 1) * width + e] ?? 0) - GAP) < 1e-4) h -= 1;
    else e -= 1;
  }
  return pairs.reverse();
}

function distance(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  return VOWEL.test(a) === VOWEL.test(b) ? 0.6 : 1.4;
}

function fillSpans(
  heard: readonly TimedPhone[],
  first: readonly (number | undefined)[],
  last: readonly (number | undefined)[],
): Span[] {
  const spans: Span[] = [];
  for (let word = 0; word < first.length; word += 1) {
    const from = first[word];
    const to = last[word];
    if (from !== undefined && to !== undefined) {
      spans.push({ start_s: heard[from]?.start_s ?? 0, end_s: heard[to]?.end_s ?? 0 });
      continue;
    }
    // Words that found no phone divide the time up to the next that did.
    let next = word;
    while (next < first.length && first[next] === undefined) next += 1;
    const start = spans.at(-1)?.end_s ?? heard[0]?.start_s ?? 0;
    const end = Math.max(start, heard[first[next] ?? -1]?.start_s ?? heard.at(-1)?.end_s ?? start);
    const share = (end - start) / (next - word);
    for (let i = 0; word + i < next; i += 1) {
      spans.push({ start_s: start + i * share, end_s: start + (i + 1) * share });
    }
    word = next - 1;
  }
  return spans;
}
