export type MediaMeasure = { readonly name: string; readonly unit: string; readonly value: number };

/** Measures a stored picture, sound or film while a person waits: nothing that takes more than a read of the file. */
export interface MediaMeter {
  /** `not_measured`: names of measures that fit the medium and were not taken. @throws Error for a torn file. */
  measure(
    path: string,
    mediaType: string,
  ): Promise<{ readonly measured: readonly MediaMeasure[]; readonly not_measured: readonly string[] }>;
}
