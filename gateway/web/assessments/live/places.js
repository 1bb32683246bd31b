// Places and marks on a picture, in ten-thousandths of its width and of its height.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { markText } from "./mark-text.js";
import { SCALE, within } from "./marks.js";

/**
 * @typedef {import("./marks.js").Point} Point
 * @typedef {{ type: "ellipse", name: string, x: number, y: number, radius_x: number, radius_y: number }} Ellipse
 * @typedef {{ type: "rectangle", name: string, left: number, top: number, right: number, bottom: number }} Rectangle
 * @typedef {{ type: "polygon", name: string, corners: Point[] }} Polygon
 * @typedef {Ellipse | Rectangle | Polygon} Place
 */

/** Where on an element something happened. @param {Element} element @param {{ clientX: number, clientY: number }} event @returns {Point} */
export function pointOn(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [within(((clientX - left) / width) * SCALE), within(((clientY - top) / height) * SCALE)];
}

/** @param {Point} point */
export function styleAt([x, y]) {
  return { left: `${(100 * x) / SCALE}%`, top: `${(100 * y) / SCALE}%` };
}

/**
 * The picture, and what stands on it.
 * @param {{ question: Pick<import("./wire.js").Question, "mediaUrl" | "mediaAlt">, places?: readonly Place[], marks?: Point[] }} properties
 */
export function MarkedPicture({ question, places = [], marks = [] }) {
  if (!question.mediaUrl) return null;
  return html`
    <div class="places">
      <img src=${question.mediaUrl} alt=${question.mediaAlt || t("live.picture")} />
      <${Shapes} places=${places} />
      ${marks.map((mark, n) => html`<span key=${n} class="place-mark" style=${styleAt(mark)} role="img" aria-label=${markText(mark, n)}>${n + 1}</span>`)}
    </div>
  `;
}

/** @param {{ places: readonly Place[], selected?: number | null }} properties */
export function Shapes({ places, selected = null }) {
  return html`
    <svg viewBox=${`0 0 ${SCALE} ${SCALE}`} preserveAspectRatio="none" aria-hidden="true">
      ${places.map((place, n) => html`<${Shape} key=${n} place=${place} held=${n === selected} />`)}
    </svg>
  `;
}

/** @param {{ place: Place, held: boolean }} properties */
function Shape({ place, held }) {
  const look = { class: held ? "held" : "", "vector-effect": "non-scaling-stroke" };
  if (place.type === "ellipse") return html`<ellipse cx=${place.x} cy=${place.y} rx=${place.radius_x} ry=${place.radius_y} ...${look} />`;
  if (place.type === "rectangle") return html`<rect x=${place.left} y=${place.top} width=${Math.max(0, place.right - place.left)} height=${Math.max(0, place.bottom - place.top)} ...${look} />`;
  return html`<polygon points=${place.corners.map((corner) => corner.join(",")).join(" ")} ...${look} />`;
}
