const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 3_600_000;
/** The share of a wait by which chance shortens or lengthens it. */
const JITTER = 0.2;

/**
 * How long to wait, in ms, after a try that failed: 5 s, doubled at each failure up to an hour, and up to 20 % less or more
 * so that what failed together does not come back together. A receiver that says Retry-After is not asked sooner than that,
 * but after an hour at the latest. `attempts`: tries that failed before this one. `retryAfter`: the header (RFC 9110,
 * 10.2.3: seconds, or an HTTP date), null where there is none; one that is neither is passed over. `random`: 0 ≤ x < 1.
 * `now`: ms since the epoch.
 */
export function waitAfter(
  attempts: number,
  retryAfter: string | null,
  random: () => number,
  now: number,
): number {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
  const spread = Math.round(wait * (1 + JITTER * (2 * random() - 1)));
  return Math.max(spread, Math.min(askedFor(retryAfter, now), LONGEST_RETRY_MS));
}

/** IMF-fixdate, the one form of an HTTP date that may still be sent. Date.parse alone takes "-5" for a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Milliseconds from now; 0 where nothing readable is asked for. */
function askedFor(retryAfter: string | null, now: number): number {
  const text = retryAfter?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
