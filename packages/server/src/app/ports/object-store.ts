export type StoredObject = { readonly sha256: string; readonly size_bytes: number };

/** A file made by an item of `ctx.map` or `ctx.once`, stored by content. Plain JSON, so it can be cached. */
export type FileRef = { readonly sha256: string; readonly size_bytes: number };

/** Content-addressed bytes. Writing the same bytes twice stores them once; nothing is ever overwritten. */
export interface ObjectStore {
  put(data: Uint8Array): Promise<StoredObject>;
  /** Takes the file over (moves or copies it). */
  putFile(path: string): Promise<StoredObject>;
  has(sha256: string): Promise<boolean>;
  read(sha256: string): Promise<Uint8Array>;
  /** A local path to read from; never write to it. */
  localPath(sha256: string): Promise<string>;
  /** Bytes start…end inclusive. */
  stream(sha256: string, range?: { start: number; end: number }): Promise<NodeJS.ReadableStream>;
}
