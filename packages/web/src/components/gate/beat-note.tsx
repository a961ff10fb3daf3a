import { use, useId, useMemo, useRef } from "react";
import { BeatChoiceContext } from "./beat-choice.ts";
import { DirectionHints } from "./direction-hints.tsx";
import { beatLines } from "./gate-lines.ts";

/** What to do differently in one beat that was picked to be made again. */
export function BeatNote({ beatId, value }: { beatId: string; value: string }) {
  const choice = use(BeatChoiceContext);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const directions = choice?.directions;
  const groups = useMemo(() => beatLines(directions ?? []), [directions]);
  const say = (text: string) => choice?.choose(beatId, text);
  return (
    <div className="mt-2">
      <label htmlFor={id} className="label text-xs">
        What to do differently in {beatId}
      </label>
      <DirectionHints groups={groups} field={field} onChange={say} />
      <textarea
        ref={field}
        id={id}
        rows={2}
        className="field"
        maxLength={10_000}
        placeholder="May be empty: make it anew"
        value={value}
        onChange={(event) => say(event.target.value)}
      />
    </div>
  );
}
