import type { DecisionLink, DecisionLinkStore } from "../../app/ports/decision-links.ts";

/** Decision links in memory. */
export class MemoryLinks implements DecisionLinkStore {
  readonly byHash = new Map<string, DecisionLink>();

  async save(tokenSha256: string, link: Omit<DecisionLink, "used_at">): Promise<void> {
    this.byHash.set(tokenSha256, { ...link, used_at: null });
  }

  async find(tokenSha256: string): Promise<DecisionLink | undefined> {
    return this.byHash.get(tokenSha256);
  }

  async claim(tokenSha256: string, now: number): Promise<boolean> {
    const link = this.byHash.get(tokenSha256);
    if (link === undefined || link.used_at !== null || link.expires_at <= now) return false;
    this.byHash.set(tokenSha256, { ...link, used_at: now });
    return true;
  }

  async release(tokenSha256: string): Promise<void> {
    const link = this.byHash.get(tokenSha256);
    if (link !== undefined) this.byHash.set(tokenSha256, { ...link, used_at: null });
  }
}
