import type { Beat, Storyboard } from "@greenlight/contract/storyboard";
import { use } from "react";
import { BeatChoiceContext } from "./gate/beat-choice.ts";
import { BeatNote } from "./gate/beat-note.tsx";

/**
 * The beats of a storyboard in order of play; at a gate each can be picked to be made again. On a narrow screen each
 * row stands as a block of its own.
 */
export function BeatTable({ storyboard }: { storyboard: Storyboard }) {
  const choice = use(BeatChoiceContext);
  const total = storyboard.beats.reduce((sum, beat) => sum + beat.duration_s, 0);
  return (
    <div className="space-y-2">
      <p className="text-sm text-muted">
        {storyboard.beats.length} beats · {total.toFixed(1)} s · {storyboard.width}×{storyboard.height}
        {choice && " · Tick beats to have only these made again when you reject."}
      </p>
      <table className="block w-full text-sm sm:table">
        <thead className="hidden text-left text-xs text-muted sm:table-header-group">
          <tr>
            {choice && <th className="w-8 py-2 font-medium sr-only">Make again</th>}
            <th className="py-2 pr-3 font-medium">Beat</th>
            <th className="py-2 pr-3 font-medium">Narration</th>
            <th className="py-2 pr-3 font-medium">On screen</th>
            <th className="py-2 text-right font-medium">Length</th>
          </tr>
        </thead>
        <tbody className="block sm:table-row-group">
          {storyboard.beats.map((beat) => (
            <BeatRow key={beat.id} beat={beat} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BeatRow({ beat }: { beat: Beat }) {
  const choice = use(BeatChoiceContext);
  const notes = choice?.chosen.get(beat.id);
  const picture = choice?.pictureOf(beat.id);
  return (
    <tr
      className={`relative block border-t border-line py-3 align-top sm:table-row sm:py-0 max-sm:-mx-2 max-sm:px-2 ${notes === undefined ? "" : "bg-danger-soft"}`}
    >
      {choice && (
        <td className="absolute top-2 right-0 sm:static sm:table-cell sm:py-1">
          <label className="grid size-8 cursor-pointer place-items-center">
            <span className="sr-only">Make {beat.id} again</span>
            <input
              type="checkbox"
              className="size-4 accent-[var(--danger)]"
              checked={notes !== undefined}
              disabled={choice.disabled}
              onChange={(event) => choice.choose(beat.id, event.target.checked ? "" : null)}
            />
          </label>
        </td>
      )}
      <td className="block pr-3 sm:table-cell sm:py-2">
        <span className="font-medium">{beat.id}</span>
        <span className="ml-2 text-xs text-muted sm:ml-0 sm:block">{beat.section}</span>
        {picture && <img src={picture} alt="" className="mt-1 w-24 rounded border border-line" />}
      </td>
      <td className="block pr-3 sm:table-cell sm:py-2">
        {beat.narration || <span className="text-muted">(silent)</span>}
        {notes !== undefined && <BeatNote beatId={beat.id} value={notes} />}
      </td>
      <td className="block pr-3 text-muted sm:table-cell sm:w-1/3 sm:py-2">
        <span className="rounded bg-sunken px-1.5 py-0.5 text-xs text-ink">
          {beat.visual.kind.replace("_", " ")}
        </span>{" "}
        {beat.on_screen_text}
      </td>
      <td className="block text-muted tabular-nums sm:table-cell sm:py-2 sm:text-right sm:whitespace-nowrap">
        {beat.duration_s.toFixed(1)} s
      </td>
    </tr>
  );
}
