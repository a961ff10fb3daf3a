export interface Ids {
  /** A UUIDv7 greater than every one this process made before. */
  next(): string;
}
