// How many times as long as others somebody may have: what schools grant, and what stands already.

const GRANTED = [1, 1.1, 1.25, 1.5, 1.75, 2, 3, 4];

/** @param {number[]} standing Factors that must be among them. */
export function timeFactors(...standing) {
  return [...new Set([...GRANTED, ...standing])].sort((one, other) => one - other);
}
