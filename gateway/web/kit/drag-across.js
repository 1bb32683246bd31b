// Dragging an item into another list of the same group: which list is under the pointer, and where in it.
// A line shows that place; the lists themselves stay as they are until the item is let go.

const NEAR_PX = 14;

/** @typedef {{ key: string, position: number }} Place A list of the group, and the place in it from 0. */

/**
 * @param {string} group
 * @param {HTMLElement} own The list that the item is of.
 * @param {{ x: number, y: number }} at
 * @returns {Place | null} Null over its own list, and where no list is.
 */
export function placeAcross(group, own, { x, y }) {
  for (const list of listsOf(group)) {
    const { top, bottom, left, right } = list.getBoundingClientRect();
    if (list === own || y < top - NEAR_PX || y > bottom + NEAR_PX || x < left || x > right) continue;
    const middles = [...list.children].map((item) => {
      const box = item.getBoundingClientRect();
      return box.top + box.height / 2;
    });
    return { key: list.dataset.list ?? "", position: middles.filter((middle) => middle < y).length };
  }
  return null;
}

/**
 * Show the place by a line, and no other.
 * @param {string} group
 * @param {Place | null} place
 */
export function showPlace(group, place) {
  for (const list of listsOf(group)) {
    const isHere = place !== null && list.dataset.list === place.key;
    list.classList.toggle("receives", isHere);
    [...list.children].forEach((item, index) => {
      item.classList.toggle("line-before", isHere && index === place.position);
      item.classList.toggle("line-after", isHere && index === place.position - 1 && place.position === list.children.length);
    });
  }
}

/** @param {string} group @returns {HTMLElement[]} */
function listsOf(group) {
  return [...document.querySelectorAll(`.sortable[data-group="${CSS.escape(group)}"]`)].filter((each) => each instanceof HTMLElement);
}
