import type { Comparison, MeasuredBetween } from "@greenlight/contract/comparison";
import { timecodeWords } from "../../lib/words.ts";
import { measureWords, valueWords } from "./measure-words.ts";

type Moment = Extract<Comparison, { kind: "media" }>["moments"][number];

/** How alike the two are as a whole, and of films at each moment that was compared. */
export function Likeness(props: {
  between: readonly MeasuredBetween[];
  moments: readonly Moment[];
  /** Shows both films at so many seconds. */
  onSeek: (seconds: number) => void;
}) {
  const { between, moments, onSeek } = props;
  if (between.length === 0) return null;
  return (
    <div className="space-y-3">
      <dl className="flex flex-wrap gap-x-8 gap-y-2 rounded-lg bg-sunken px-4 py-3 text-sm">
        {between.map(({ name, unit, value }) => (
          <div key={name}>
            <dt className="text-xs text-muted">{measureWords(name)}</dt>
            <dd className="font-medium tabular-nums">
              {valueWords(value, unit)}
              {name === "ssim" && <span className="text-xs font-normal text-muted"> · 1 = the same</span>}
            </dd>
          </div>
        ))}
      </dl>
      {moments.length > 0 && (
        <div>
          <h3 className="text-xs text-muted">
            The pictures at the same moments; press one to see both there
          </h3>
          <ol className="mt-1.5 grid grid-cols-2 gap-1.5 sm:grid-cols-4 lg:grid-cols-6">
            {moments.map(({ at_s, ssim, colour_difference }) => (
              <li key={at_s}>
                <button
                  type="button"
                  className="w-full rounded-lg border border-line px-2 py-1.5 text-left text-xs tabular-nums hover:bg-sunken"
                  title={`Colour differs by ${valueWords(colour_difference, "levels of 255")}`}
                  onClick={() => onSeek(at_s)}
                >
                  <span className="flex justify-between gap-2">
                    <span className="sr-only">Show both at </span>
                    <span className="font-medium">{timecodeWords(at_s)}</span>
                    <span className="text-muted">
                      <span className="sr-only">likeness </span>
                      {ssim.toFixed(3)}
                    </span>
                  </span>
                  <span
                    aria-hidden="true"
                    className="mt-1 block h-1 overflow-hidden rounded-full bg-danger-soft"
                  >
                    <span
                      className="block h-full rounded-full bg-accent"
                      style={{ width: `${Math.max(0, Math.min(1, ssim)) * 100}%` }}
                    />
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}
