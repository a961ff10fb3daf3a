import fc from "fast-check";
import { expect, it } from "vitest";
import { nthSmallest } from "./nth-smallest.ts";

it("finds what sorting would put there", () => {
  // Few distinct values, as pixels have, and any.
  const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(), (values, any) => {
      const n = any % values.length;
      const sorted = Float64Array.from(values).sort();
      const found = nthSmallest(Float64Array.from(values), n);
      expect(found === sorted[n] || Object.is(found, sorted[n])).toBe(true);
    }),
  );
});

it("has no answer beyond the values", () => {
  expect(nthSmallest(new Float64Array(), 0)).toBeNaN();
  expect(nthSmallest(Float64Array.of(1, 2), 2)).toBeNaN();
});
