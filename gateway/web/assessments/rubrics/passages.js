// Passages of an answer, which are counted in code points. Pure.

/** @typedef {{ start: number, end: number, comment: string }} Passage */

export const MAX_PASSAGES = 50;
export const MAX_COMMENT = 1_000;

/**
 * Where in a text a place in a field is that shows it: a field has one unit for each kind of line break.
 * @param {string} text
 * @param {number} place In UTF-16 units of the field's value.
 */
export function pointAt(text, place) {
  const points = [...text];
  let units = 0;
  let at = 0;
  while (at < points.length && units < place) {
    if (points[at] === "\r" && points[at + 1] === "\n") at += 1;
    units += points[at].length;
    at += 1;
  }
  return at;
}

/** What a passage is about. @param {string} text @param {Passage} passage */
export function quoted(text, { start, end }) {
  return [...text].slice(start, end).join("");
}

/**
 * The text in parts, which begin and end where passages do; `of` are the numbers of those that it belongs to.
 * @param {string} text
 * @param {readonly Passage[]} passages
 * @returns {{ text: string, of: number[] }[]}
 */
export function partsOf(text, passages) {
  const points = [...text];
  const places = passages.flatMap(({ start, end }) => [start, end]).filter((each) => each > 0 && each < points.length);
  const borders = [...new Set([0, ...places, points.length])].sort((one, other) => one - other);
  return borders.slice(1).map((end, n) => {
    const start = borders[n];
    return { text: points.slice(start, end).join(""), of: passages.flatMap((passage, at) => (passage.start <= start && passage.end >= end ? [at + 1] : [])) };
  });
}
