import type { Storyboard } from "@greenlight/contract/storyboard";

/** The beats of a storyboard in order of play. On a narrow screen each row stands as a block of its own. */
export function BeatTable({ storyboard }: { storyboard: Storyboard }) {
  const total = storyboard.beats.reduce((sum, beat) => sum + beat.duration_s, 0);
  return (
    <div className="space-y-2">
      <p className="text-sm text-muted">
        {storyboard.beats.length} beats · {total.toFixed(1)} s · {storyboard.width}×{storyboard.height}
      </p>
      <table className="block w-full text-sm sm:table">
        <thead className="hidden text-left text-xs text-muted sm:table-header-group">
          <tr>
            <th className="py-2 pr-3 font-medium">Beat</th>
            <th className="py-2 pr-3 font-medium">Narration</th>
            <th className="py-2 pr-3 font-medium">On screen</th>
            <th className="py-2 text-right font-medium">Length</th>
          </tr>
        </thead>
        <tbody className="block sm:table-row-group">
          {storyboard.beats.map((beat) => (
            <tr key={beat.id} className="block border-t border-line py-3 align-top sm:table-row sm:py-0">
              <td className="block pr-3 sm:table-cell sm:py-2">
                <span className="font-medium">{beat.id}</span>
                <span className="ml-2 text-xs text-muted sm:ml-0 sm:block">{beat.section}</span>
              </td>
              <td className="block pr-3 sm:table-cell sm:py-2">
                {beat.narration || <span className="text-muted">(silent)</span>}
              </td>
              <td className="block pr-3 text-muted sm:table-cell sm:w-1/3 sm:py-2">
                <span className="rounded bg-sunken px-1.5 py-0.5 text-xs">
                  {beat.visual.kind.replace("_", " ")}
                </span>{" "}
                {beat.on_screen_text}
              </td>
              <td className="block text-muted tabular-nums sm:table-cell sm:py-2 sm:text-right sm:whitespace-nowrap">
                {beat.duration_s.toFixed(1)} s
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
