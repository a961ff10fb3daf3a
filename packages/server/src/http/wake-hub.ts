/**
 * Wakes readers of the log when there may be something new to read. One listener on the live feed serves every
 * waiting client. A wake-up carries no events on purpose: whoever is woken reads the store past its own cursor, so
 * a lost, doubled or reordered signal can cost a moment but never an event. A watch remembers a signal that comes
 * while nobody waits (between a read and the next wait), which is what closes the gap between replay and live.
 * Nothing here survives a restart, nor has to: clients come back with their cursor.
 */

import type { ProgressFrame } from "@greenlight/contract/event";
import type { LiveFeed } from "../app/ports/live-feed.ts";

export type Woken = "events" | "progress" | "timeout" | "ended";

export type Watch = {
  /** Resolves at the next signal, at once if one came since the last call. Only one wait at a time. */
  wait(milliseconds: number): Promise<Woken>;
  /** The newest progress frame of each job since the last call. */
  takeProgress(): ProgressFrame[];
  close(): void;
};

export class WakeHub {
  readonly #watches = new Map<string | null, Set<FeedWatch>>();
  readonly #stop: (() => void)[];
  #closed = false;

  constructor(feed: LiveFeed) {
    this.#stop = [
      feed.onEvents((events) => {
        for (const jobId of new Set(events.map((event) => event.job_id))) this.#ring(jobId);
        for (const watch of this.#watches.get(null) ?? []) watch.ring();
      }),
      feed.onProgress((frame) => {
        for (const watch of this.#watches.get(frame.job_id) ?? []) watch.show(frame);
        for (const watch of this.#watches.get(null) ?? []) watch.show(frame);
      }),
    ];
  }

  /** Watches one job, or all with null; ends by itself when `signal` aborts or the hub closes. */
  watch(jobId: string | null, signal: AbortSignal): Watch {
    const watch = new FeedWatch(() => {
      const others = this.#watches.get(jobId);
      others?.delete(watch);
      if (others?.size === 0) this.#watches.delete(jobId);
    }, signal);
    if (this.#closed) {
      watch.close();
      return watch;
    }
    const watches = this.#watches.get(jobId) ?? new Set();
    watches.add(watch);
    this.#watches.set(jobId, watches);
    return watch;
  }

  /** Readers waiting or streaming now. */
  get size(): number {
    let size = 0;
    for (const watches of this.#watches.values()) size += watches.size;
    return size;
  }

  /** Ends every watch; streams and long-polls finish with what they have. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#stop) stop();
    for (const watches of [...this.#watches.values()]) for (const watch of [...watches]) watch.close();
  }

  #ring(jobId: string): void {
    for (const watch of this.#watches.get(jobId) ?? []) watch.ring();
  }
}

class FeedWatch implements Watch {
  #rung = false;
  #ended = false;
  #wake: (() => void) | null = null;
  readonly #progress = new Map<string, ProgressFrame>();
  readonly #leave: () => void;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.close();

  constructor(leave: () => void, signal: AbortSignal) {
    this.#leave = leave;
    this.#signal = signal;
    if (signal.aborted) this.#ended = true;
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  show(frame: ProgressFrame): void {
    this.#progress.set(frame.job_id, frame);
    this.#wake?.();
  }

  takeProgress(): ProgressFrame[] {
    const frames = [...this.#progress.values()];
    this.#progress.clear();
    return frames;
  }

  async wait(milliseconds: number): Promise<Woken> {
    if (!this.#pending()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    if (this.#ended) return "ended";
    if (this.#rung) {
      this.#rung = false;
      return "events";
    }
    return this.#progress.size > 0 ? "progress" : "timeout";
  }

  close(): void {
    this.#ended = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#leave();
    this.#wake?.();
  }

  #pending(): boolean {
    return this.#ended || this.#rung || this.#progress.size > 0;
  }
}
