import type { FeedbackNote } from "./feedback.ts";

/**
 * Notes with what they say of single beats told apart: the lines `b03: slower` of a note on the whole become a note on
 * `b03`, and a note on `b03` may name itself. Everything else stays as it is, in its order.
 */
export function notesByBeat(feedback: readonly FeedbackNote[], beatIds: readonly string[]): FeedbackNote[] {
  const idOf = new Map(beatIds.map((id) => [id.toLowerCase(), id]));
  const ids = beatIds.map((id) => RegExp.escape(id)).join("|");
  const named = new RegExp(`^\\s*(?:[-*]\\s+)?(${ids})\\s*:\\s*(.*)$`, "iu");
  const told = (line: string): { beat_id: string | null; line: string } => {
    const [, name = "", rest = ""] = ids === "" ? [] : (named.exec(line) ?? []);
    return { beat_id: idOf.get(name.toLowerCase()) ?? null, line: name === "" ? line : rest };
  };
  return feedback.flatMap((note): FeedbackNote[] => {
    const { beat_id, notes } = note;
    const lines = notes.split(/\r?\n/u);
    if (beat_id !== null) {
      const own = lines.map((line) => (told(line).beat_id === beat_id ? told(line).line : line));
      return [{ ...note, notes: own.join("\n") }];
    }
    const said = new Map<string | null, string[]>();
    for (const line of lines) {
      const { beat_id: at, line: rest } = told(line);
      said.set(at, [...(said.get(at) ?? []), rest]);
    }
    return [...said]
      .map(([at, some]) => ({ beat_id: at, notes: some.join("\n") }))
      .filter((note) => note.beat_id !== null || said.size === 1 || note.notes.trim() !== "");
  });
}
