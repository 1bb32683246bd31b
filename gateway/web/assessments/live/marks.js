// Marks on a picture, in ten-thousandths of its width and of its height. Pure.

export const SCALE = 10_000;

/** @typedef {[number, number]} Point */

/** @param {unknown} answer x and y of each mark, one after the other. @returns {Point[]} */
export function marksIn(answer) {
  const parts = /** @type {number[]} */ (Array.isArray(answer) ? answer : []);
  return Array.from({ length: Math.floor(parts.length / 2) }, (_, n) => [parts[2 * n], parts[2 * n + 1]]);
}

/** @param {number} part */
export function within(part) {
  return Math.min(SCALE, Math.max(0, Math.round(part)));
}
