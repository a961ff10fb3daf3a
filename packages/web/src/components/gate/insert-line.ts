const BLANK = /<[^<>\n]+>/;

export type Inserted = { readonly text: string; readonly select: readonly [start: number, end: number] };

/** Puts a direction on a line of its own below the one at `caret`; what is to be filled in is selected. */
export function insertLine(text: string, caret: number, line: string): Inserted {
  const found = text.indexOf("\n", caret);
  const end = found < 0 ? text.length : found;
  const before = text.slice(0, end).replace(/[^\S\n]+$/, "");
  const joined = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  const blank = BLANK.exec(line);
  const start = joined.length + (blank?.index ?? line.length);
  return {
    text: `${joined}${line}${text.slice(end)}`,
    select: [start, start + (blank?.[0].length ?? 0)],
  };
}
