/**
 * Gathers the writes asked for in one turn of the event loop and hands them over together, so that they share a
 * commit (and, where the database syncs, an fsync). A queued write lives in memory only: it counts as done when its
 * promise resolves, and a crash before that loses it unacknowledged.
 */
export class GroupCommit<Request> {
  readonly #commit: (batch: readonly Request[]) => readonly (Error | null)[];
  readonly #maxBatch: number;
  #queue: { request: Request; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #scheduled = false;

  /** `commit` writes a batch and says for each request how it failed, or null; if it throws, all have failed. */
  constructor(commit: (batch: readonly Request[]) => readonly (Error | null)[], maxBatch: number) {
    this.#commit = commit;
    this.#maxBatch = maxBatch;
  }

  add(request: Request): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits all that is queued, now. */
  flush(): void {
    while (this.#queue.length > 0) this.#flushOne();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length > 0) this.#flushOne();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #flushOne(): void {
    const batch = this.#queue.splice(0, this.#maxBatch);
    try {
      const failures = this.#commit(batch.map((entry) => entry.request));
      batch.forEach((entry, index) => {
        const failure = failures[index];
        if (failure) entry.reject(failure);
        else entry.resolve();
      });
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }
}
