/** What a key built before: enough to link every output in again. */
export type CacheEntry = {
  readonly key: string;
  readonly value: unknown;
  readonly sha256s: readonly string[];
};

/** Results by key (adapter, version, parameters, input hashes, seed). An entry whose objects are gone is a miss. */
export interface BuildCache {
  get(key: string): Promise<CacheEntry | undefined>;
  put(entry: CacheEntry): Promise<void>;
}
