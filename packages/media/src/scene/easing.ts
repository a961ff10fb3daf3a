/** Maps progress 0…1 to eased progress; 0 and 1 are fixed. */
export type Easing = (progress: number) => number;

/**
 * The CSS timing function `cubic-bezier(x1, y1, x2, y2)`: solves x(s) = progress for s and gives y(s).
 * Source: CSS Easing Functions Level 1, 2.3. Bisection, because it cannot miss: x(s) is monotonic for x1, x2 in 0…1.
 */
export function cubicBezier(x1: number, y1: number, x2: number, y2: number): Easing {
  const at = (a: number, b: number, s: number) =>
    3 * a * s * (1 - s) ** 2 + 3 * b * s ** 2 * (1 - s) + s ** 3;
  return (progress) => {
    if (progress <= 0) return 0;
    if (progress >= 1) return 1;
    let low = 0;
    let high = 1;
    for (let i = 0; i < 24; i++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < progress) low = middle;
      else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
}

/** Material 3 motion: emphasized decelerate, emphasized accelerate, standard. */
export const easeEnter = cubicBezier(0.05, 0.7, 0.1, 1);
export const easeLeave = cubicBezier(0.3, 0, 0.8, 0.15);
export const easeStandard = cubicBezier(0.2, 0, 0, 1);
