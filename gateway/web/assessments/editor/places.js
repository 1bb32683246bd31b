// Places on a picture as they are edited: a shape and its points. Pure.

import { SCALE, within } from "../live/marks.js";

/**
 * @typedef {import("../live/places.js").Place} Place
 * @typedef {import("../live/marks.js").Point} Point
 * @typedef {"ellipse" | "rectangle" | "polygon"} Shape
 *
 * @typedef {object} Drawn
 * @property {Shape} shape
 * @property {string} name
 * @property {Point[]} points Of an ellipse its centre and its radii, of a rectangle two corners across.
 */

export const SHAPES = /** @type {const} */ (["ellipse", "rectangle", "polygon"]);
/** @type {Record<Shape, import("../../app/locale.js").Word>} */
export const SHAPE_WORDS = { ellipse: "quiz.shape_ellipse", rectangle: "quiz.shape_rectangle", polygon: "quiz.shape_polygon" };
const HALF = SCALE / 2;
const TENTH = SCALE / 10;
/** Less is a slip of the hand. */
const LEAST = SCALE / 200;

/** @param {Place} place @returns {Drawn} */
export function drawnOf(place) {
  const name = place.name ?? "";
  if (place.type === "ellipse") return { shape: "ellipse", name, points: [[place.x, place.y], [place.radius_x, place.radius_y]] };
  if (place.type === "rectangle") return { shape: "rectangle", name, points: [[place.left, place.top], [place.right, place.bottom]] };
  return { shape: "polygon", name, points: place.corners };
}

/** As it is shown. @param {Drawn} drawn @returns {Place} */
export function placeOf({ shape, name, points }) {
  if (shape === "polygon") return { type: "polygon", name, corners: points };
  const [[x, y], [other, below]] = points;
  if (shape === "ellipse") return { type: "ellipse", name, x, y, radius_x: other, radius_y: below };
  return { type: "rectangle", name, left: Math.min(x, other), top: Math.min(y, below), right: Math.max(x, other), bottom: Math.max(y, below) };
}

/** As it is sent. @param {Drawn} drawn */
export function placeInput(drawn) {
  const place = placeOf(drawn);
  if (place.type === "ellipse") return { ellipse: { name: place.name, x: place.x, y: place.y, radiusX: place.radius_x, radiusY: place.radius_y } };
  if (place.type === "rectangle") return { rectangle: { name: place.name, left: place.left, top: place.top, right: place.right, bottom: place.bottom } };
  return { polygon: { name: place.name, corners: place.corners.map(([x, y]) => ({ x, y })) } };
}

/** One in the middle, to be changed by its numbers. @param {Shape} shape @param {number} aspect Width by height of the picture. @returns {Drawn} */
export function newPlace(shape, aspect) {
  const points = /** @type {Record<Shape, Point[]>} */ ({
    ellipse: [[HALF, HALF], [TENTH, within(TENTH * aspect)]],
    rectangle: [[HALF - TENTH, HALF - TENTH], [HALF + TENTH, HALF + TENTH]],
    polygon: [[HALF, HALF - TENTH], [HALF + TENTH, HALF + TENTH], [HALF - TENTH, HALF + TENTH]],
  })[shape];
  return { shape, name: "", points };
}

/**
 * What was drawn from one point to another; null for what is too small to be meant.
 * @param {"ellipse" | "rectangle"} shape
 * @param {Point} from Of a circle its centre.
 * @param {Point} to
 * @param {number} aspect
 * @returns {Drawn | null}
 */
export function drawnFrom(shape, from, to, aspect) {
  const [across, down] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  if (across < LEAST && down < LEAST) return null;
  if (shape === "rectangle") return across === 0 || down === 0 ? null : { shape, name: "", points: [from, to] };
  const radius = Math.hypot(across, down / aspect);
  return { shape, name: "", points: [from, [within(radius), within(radius * aspect)]] };
}
