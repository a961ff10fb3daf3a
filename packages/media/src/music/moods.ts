/** How a bed of a mood is built. Chords are scale degrees (0 = tonic) of the mood's scale. */
export type Mood = {
  /** Semitones of the scale above its tonic. */
  readonly scale: readonly number[];
  readonly progressions: readonly (readonly number[])[];
  readonly chord_s: number;
  /** Share of the pluck grid's steps that sound, 0…1. */
  readonly density: number;
  /** Corner of the low-pass over the pads, Hz. */
  readonly warmth_hz: number;
};

const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const DORIAN = [0, 2, 3, 5, 7, 9, 10];
const LYDIAN = [0, 2, 4, 6, 7, 9, 11];

export const MOODS = {
  calm: {
    scale: MAJOR,
    progressions: [
      [0, 4, 5, 3],
      [0, 5, 3, 4],
      [3, 0, 4, 5],
      [0, 2, 3, 4],
    ],
    chord_s: 4.8,
    density: 0.45,
    warmth_hz: 1400,
  },
  bright: {
    scale: LYDIAN,
    progressions: [
      [0, 1, 0, 4],
      [0, 4, 1, 0],
      [0, 5, 1, 4],
    ],
    chord_s: 4,
    density: 0.6,
    warmth_hz: 2000,
  },
  serious: {
    scale: DORIAN,
    progressions: [
      [0, 3, 0, 6],
      [0, 6, 3, 4],
      [0, 2, 6, 3],
    ],
    chord_s: 5.4,
    density: 0.35,
    warmth_hz: 1100,
  },
} as const satisfies Record<string, Mood>;

export type MoodName = keyof typeof MOODS;
