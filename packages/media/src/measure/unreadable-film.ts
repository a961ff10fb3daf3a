/** The file is no media file, or its streams cannot be decoded. The message says what the decoder met. */
export class UnreadableFilm extends Error {
  override name = "UnreadableFilm";
}

/** Runs a step of reading a film; what it throws is told as UnreadableFilm, except an abort. */
export async function readingFilm<T>(signal: AbortSignal | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UnreadableFilm) throw error;
    throw new UnreadableFilm(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
