import type { FeedbackDirection } from "@greenlight/contract/feedback";

export type LineGroup = { readonly of: FeedbackDirection["of"]; readonly lines: readonly string[] };

/** The directions by what they are of. In a gate's own notes, what is said of a part only names that part first. */
export function gateLines(directions: readonly FeedbackDirection[]): LineGroup[] {
  const groups = new Map<string, { of: FeedbackDirection["of"]; lines: string[] }>();
  for (const { say, of } of directions) {
    const group = groups.get(of.join()) ?? { of, lines: [] };
    group.lines.push(of.includes("film") ? say : `<${of[0]}>: ${say}`);
    groups.set(of.join(), group);
  }
  return [...groups.values()];
}

/** The directions for the notes of one beat. */
export function beatLines(directions: readonly FeedbackDirection[]): LineGroup[] {
  const lines = directions.filter(({ of }) => of.includes("beat")).map(({ say }) => say);
  return lines.length === 0 ? [] : [{ of: ["beat"], lines }];
}

/** What these lines leave to be filled in and the notes still hold as it was inserted; null where all is filled in. */
export function unfilledIn(notes: string, groups: readonly LineGroup[]): string | null {
  const blanks = groups.flatMap(({ lines }) => lines.flatMap((line) => line.match(/<[^<>\n]+>/g) ?? []));
  return blanks.find((blank) => notes.includes(blank)) ?? null;
}
