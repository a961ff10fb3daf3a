import type { MouseEvent, ReactNode } from "react";
import { navigate } from "../lib/route.ts";

/** A link within the console; with a modifier key the browser does what it always does. */
export function Link(props: { to: string; className?: string; current?: boolean; children: ReactNode }) {
  const { to, className, current = false, children } = props;
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} className={className} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
