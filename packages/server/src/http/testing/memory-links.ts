import type { DecisionLink, DecisionLinkStore } from "../../app/ports/decision-links.ts";

/** Decision links in memory. `spent`: when each that decided did, by its id. */
export class MemoryLinks implements DecisionLinkStore {
  readonly byHash = new Map<string, Omit<DecisionLink, "used_at">>();
  readonly #spent: ReadonlyMap<string, number>;

  constructor(spent: ReadonlyMap<string, number>) {
    this.#spent = spent;
  }

  async save(tokenSha256: string, link: Omit<DecisionLink, "used_at">): Promise<void> {
    this.byHash.set(tokenSha256, link);
  }

  async find(tokenSha256: string): Promise<DecisionLink | undefined> {
    const link = this.byHash.get(tokenSha256);
    return link && { ...link, used_at: this.#spent.get(link.link_id) ?? null };
  }
}
