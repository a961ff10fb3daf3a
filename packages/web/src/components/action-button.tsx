import { type ReactNode, useId } from "react";
import type { Bar } from "../lib/bars.ts";

/**
 * A button that, where it may not be used, can still be reached and says why. Whoever places it shows the bar in
 * sight too (`BarNote`).
 */
export function ActionButton(props: {
  bar?: Bar;
  busy?: boolean;
  look?: string;
  submit?: boolean;
  label?: string;
  onClick?: () => void;
  children: ReactNode;
}) {
  const { bar = null, busy = false, look = "", submit = false, label, onClick, children } = props;
  const id = useId();
  const off = bar !== null || busy;
  return (
    <>
      <button
        type={submit && !off ? "submit" : "button"}
        aria-disabled={off || undefined}
        aria-describedby={bar === null ? undefined : id}
        aria-label={label}
        title={bar ?? undefined}
        className={`button ${look}`}
        onClick={off ? undefined : onClick}
      >
        {children}
      </button>
      {bar !== null && (
        <span id={id} className="sr-only">
          {bar}
        </span>
      )}
    </>
  );
}

/** Each different bar once, in sight. */
export function BarNote({ bars }: { bars: readonly Bar[] }) {
  const told = [...new Set(bars.filter((bar) => bar !== null))];
  if (told.length === 0) return null;
  return (
    <p className="text-xs text-muted" data-bar="">
      {told.join(" ")}
    </p>
  );
}
