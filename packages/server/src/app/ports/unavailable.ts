/** An adapter's other side is away or full. Try again later. */
export class Unavailable extends Error {
  override name = "Unavailable";
}
