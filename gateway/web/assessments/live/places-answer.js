// Marks that are set on a picture: by tapping it, or by a button and the arrow keys.

import { useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { markText } from "./mark-text.js";
import { SCALE, marksIn, within } from "./marks.js";
import { pointOn, styleAt } from "./places.js";

const STEP = SCALE / 100;
const SMALL_STEP = STEP / 10;
/** @type {Record<string, import("./marks.js").Point>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {import("./marks.js").Point} Point */

/**
 * @param {object} properties
 * @param {import("./wire.js").Question} properties.question
 * @param {number[]} properties.value
 * @param {boolean} properties.locked
 * @param {(value: number[]) => void} properties.change
 */
export function PlacesAnswer({ question, value, locked, change }) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const focusOn = useRef(-1);
  const marks = marksIn(value);
  const most = question.marks || 1;
  // At once: whoever types on must not type into nothing.
  useLayoutEffect(() => {
    const mark = box.current?.querySelector(`[data-mark="${focusOn.current}"]`);
    focusOn.current = -1;
    if (mark instanceof HTMLElement) mark.focus();
  });
  const put = (/** @type {Point[]} */ next) => change(next.flat());
  const set = (/** @type {number} */ n, /** @type {Point} */ point) => put(n < marks.length ? marks.map((mark, at) => (at === n ? point : mark)) : [...marks, point]);
  const add = (/** @type {Point} */ point) => {
    focusOn.current = marks.length;
    put([...marks, point]);
    announce(markText(point, marks.length));
  };
  const remove = (/** @type {number} */ n) => {
    focusOn.current = Math.max(0, n - 1);
    put(marks.filter((_, at) => at !== n));
  };
  const tap = (/** @type {MouseEvent} */ event) => {
    if (locked || !box.current) return;
    const point = pointOn(box.current, event);
    if (marks.length < most) add(point);
    else set(nearest(marks, point), point);
  };
  const press = (/** @type {number} */ n) => (/** @type {KeyboardEvent} */ event) => {
    const way = WAYS[event.key];
    if (locked || !(way || ["Delete", "Backspace"].includes(event.key))) return;
    event.preventDefault();
    if (!way) return remove(n);
    const step = event.shiftKey ? SMALL_STEP : STEP;
    const point = /** @type {Point} */ (marks[n].map((part, axis) => within(part + step * way[axis])));
    set(n, point);
    announce(markText(point, n));
  };
  const drag = (/** @type {number} */ n) => (/** @type {PointerEvent} */ event) => {
    const held = /** @type {HTMLElement} */ (event.currentTarget);
    if (locked || !box.current) return;
    if (event.type === "pointerdown") held.setPointerCapture(event.pointerId);
    else if (held.hasPointerCapture(event.pointerId)) set(n, pointOn(box.current, event));
  };
  const quiet = (/** @type {Event} */ event) => event.stopPropagation();
  return html`
    <div class="stack places-answer">
      <p class="muted">${t("live.mark_places", { count: most })}</p>
      <div class="places" ref=${box} onClick=${tap}>
        <img src=${question.mediaUrl} alt=${question.mediaAlt || t("live.picture")} draggable=${false} />
        ${marks.map(
          (mark, n) => html`
            <button key=${n} type="button" class="place-mark" data-mark=${n} style=${styleAt(mark)} aria-label=${markText(mark, n)} aria-disabled=${locked ? "true" : undefined} onClick=${quiet} onKeyDown=${press(n)} onPointerDown=${drag(n)} onPointerMove=${drag(n)}>${n + 1}</button>
          `,
        )}
      </div>
      ${!locked &&
      html`
        <div class="row">
          ${marks.length < most && html`<button type="button" class="small" onClick=${() => add([SCALE / 2, SCALE / 2])}>${t("live.add_mark")}</button>`}
          ${marks.map((_, n) => html`<button key=${n} type="button" class="small quiet" onClick=${() => remove(n)}>${t("kit.remove", { name: t("live.mark", { number: n + 1 }) })}</button>`)}
        </div>
      `}
    </div>
  `;
}

/** @param {Point[]} marks @param {Point} point */
function nearest(marks, [x, y]) {
  const distances = marks.map(([left, top]) => (left - x) ** 2 + (top - y) ** 2);
  return distances.indexOf(Math.min(...distances));
}
