import { AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX, AVCOL_SPC_UNSPECIFIED, type Stream } from "node-av";

/** What a video stream says of its picture. */
export type ClipFacts = {
  /** Pixels as it is to be seen: turned upright, pixels made square. */
  readonly width: number;
  readonly height: number;
  /** Clockwise quarter turns that make it upright. */
  readonly turns: 0 | 1 | 2 | 3;
  /** Time of its first picture in the file, seconds. */
  readonly start_s: number;
  /** How its colours are coded where the file does not say so: by its size, as players do. Null where it says so. */
  readonly guessed_matrix: "bt709" | "bt601" | null;
  /** Pictures a second on average; 0 where the file does not say. */
  readonly fps: number;
};

/** Reads the stream's parameters; nothing is decoded. A size of 0 × 0 is a stream that does not say its size. */
export function clipFacts(stream: Stream): ClipFacts {
  const { codecpar, avgFrameRate, timeBase, startTime } = stream;
  const { num, den } = codecpar.sampleAspectRatio;
  const stretch = num > 0 && den > 0 ? num / den : 1;
  const turns = quarterTurns(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  const [across, down] = [Math.round(codecpar.width * stretch), codecpar.height];
  return {
    width: turns % 2 === 0 ? across : down,
    height: turns % 2 === 0 ? down : across,
    turns,
    guessed_matrix:
      codecpar.colorSpace === AVCOL_SPC_UNSPECIFIED ? (codecpar.height >= 720 ? "bt709" : "bt601") : null,
    start_s: startTime === AV_NOPTS_VALUE ? 0 : (Number(startTime) * timeBase.num) / timeBase.den,
    fps: avgFrameRate.num > 0 && avgFrameRate.den > 0 ? avgFrameRate.num / avgFrameRate.den : 0,
  };
}

/** Cameras store a turned picture with a matrix (nine 16.16 numbers, ISO/IEC 14496-12 §6.2.2) that turns it back. */
function quarterTurns(matrix: Buffer | null): ClipFacts["turns"] {
  if (matrix === null || matrix.length < 36) return 0;
  const angle = Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0));
  return (((Math.round(angle / (Math.PI / 2)) % 4) + 4) % 4 || 0) as ClipFacts["turns"];
}

/** Filters that turn a decoded picture upright; empty where it is. */
export const UPRIGHT: Readonly<Record<ClipFacts["turns"], readonly string[]>> = {
  0: [],
  1: ["transpose=clock"],
  2: ["hflip", "vflip"],
  3: ["transpose=cclock"],
};
