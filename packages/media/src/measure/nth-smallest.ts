/**
 * The value that would stand at index `n` (0 …) were the values sorted ascending; it reorders them in part. Takes time
 * in proportion to their number (C. A. R. Hoare, "Algorithm 65: find", 1961). NaN when `n` is no index.
 */
export function nthSmallest(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? Number.NaN;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? pivot) < pivot) left++;
      while ((values[right] ?? pivot) > pivot) right--;
      if (left > right) break;
      const moved = values[left] ?? pivot;
      values[left] = values[right] ?? pivot;
      values[right] = moved;
      left++;
      right--;
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else break;
  }
  return values[n] ?? Number.NaN;
}
