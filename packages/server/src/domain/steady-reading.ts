/** Milliseconds that passed since a fixed point of this boot, sleep of the computer included. Never set, never steps. */
export type SteadyReading = {
  /** Which boot; a reading says nothing about one of another boot. */
  readonly boot: string;
  readonly elapsed_ms: number;
};

/** When a timer is due on the steady clock of `boot`; `set_ms` is what that said when the timer was set. */
export type SteadyDue = { readonly boot: string; readonly set_ms: number; readonly due_ms: number };
