// A list whose order people change: by dragging, and by buttons that the keyboard reaches too. Lists of one
// group give each other their items: by dragging, and by the same buttons at their ends.
//
//   <${SortableList} items=${lessons} keyOf=${(lesson) => lesson.id} nameOf=${(lesson) => lesson.title} onMove=${move}>
//     ${(lesson) => html`<a href=…>${lesson.title}</a>`}
//   <//>

import { useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "../app/announcer.js";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { useDrag } from "./drag.js";
import { Icon } from "./icon.js";

/**
 * The same items with one at another place.
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} from
 * @param {number} to
 */
export function moved(items, from, to) {
  const after = [...items];
  after.splice(to, 0, ...after.splice(from, 1));
  return after;
}

/**
 * @typedef {object} Across
 * @property {string} group
 * @property {string} key Of this list.
 * @property {readonly { key: string, name: string, count: number }[]} lists All of the group, in their order.
 * @property {(from: number, place: import("./drag-across.js").Place) => void} onMove Show the item there at once.
 */

/** The button that is to have the focus in the list that has got its item. @type {{ group: string, key: string, way: number } | null} */
let awaited = null;

/**
 * @template Item
 * @param {object} properties
 * @param {readonly Item[]} properties.items
 * @param {(item: Item) => string} properties.keyOf
 * @param {(item: Item) => string} properties.nameOf What screen readers call it.
 * @param {(from: number, to: number) => void} properties.onMove Show the new order at once: `moved(items, from, to)`.
 * @param {string} [properties.label]
 * @param {boolean} [properties.disabled]
 * @param {Across} [properties.across]
 * @param {(item: Item, index: number) => any} properties.children
 */
export function SortableList({ items, keyOf, nameOf, onMove, label, disabled = false, across, children }) {
  /** @type {import("preact/hooks").MutableRef<HTMLOListElement | null>} */
  const list = useRef(null);
  const focus = useFocusAfterMove(list, across?.group);
  const move = (/** @type {number} */ from, /** @type {number} */ to) => {
    if (to < 0 || to >= items.length || to === from) return;
    onMove(from, to);
    announce(t("kit.moved", { name: nameOf(items[from]), position: to + 1, total: items.length }));
  };
  const give = (/** @type {number} */ from, /** @type {import("./drag-across.js").Place} */ place) => {
    across?.onMove(from, place);
    announce(t("kit.moved_across", { name: nameOf(items[from]), list: across?.lists.find(({ key }) => key === place.key)?.name ?? "", position: place.position + 1 }));
  };
  const { dragged, shiftOf, begin } = useDrag(list, move, across && !disabled ? { group: across.group, onDrop: give } : null);
  const beyond = (/** @type {number} */ way) => across?.lists[across.lists.findIndex(({ key }) => key === across.key) + way];
  const isLast = (/** @type {number} */ index, /** @type {number} */ way) => index === (way < 0 ? 0 : items.length - 1);
  const step = (/** @type {number} */ index, /** @type {-1 | 1} */ way) => () => {
    const next = isLast(index, way) ? beyond(way) : undefined;
    if (next) {
      awaited = { group: across?.group ?? "", key: keyOf(items[index]), way };
      give(index, { key: next.key, position: way < 0 ? next.count : 0 });
      return;
    }
    focus.current = { key: keyOf(items[index]), way };
    move(index, index + way);
  };
  return html`
    <ol ref=${list} class=${`sortable ${dragged === null ? "" : "moving"}`} aria-label=${label} data-group=${across?.group} data-list=${across?.key}>
      ${items.map((item, index) => {
        const shift = shiftOf(index);
        return html`
          <li key=${keyOf(item)} data-key=${keyOf(item)} class=${dragged === index ? "dragged" : ""} style=${shift ? { transform: `translateY(${shift}px)` } : {}}>
            ${!disabled && html`<span class="grip" title=${t("kit.drag")} aria-hidden="true" onPointerDown=${begin(index)}><${Icon} name="grip" /></span>`}
            <div class="grow">${children(item, index)}</div>
            ${!disabled &&
            html`
              <span class="steps">
                <${Step} name=${t("kit.move_up", { name: nameOf(item) })} sign="up" way=${-1} end=${isLast(index, -1) && !beyond(-1)} onStep=${step(index, -1)} />
                <${Step} name=${t("kit.move_down", { name: nameOf(item) })} sign="down" way=${1} end=${isLast(index, 1) && !beyond(1)} onStep=${step(index, 1)} />
              </span>
            `}
          </li>
        `;
      })}
    </ol>
  `;
}

/** At an end of the list the button stays, and keeps the focus. @param {{ name: string, sign: "up" | "down", way: number, end: boolean, onStep: () => void }} properties */
function Step({ name, sign, way, end, onStep }) {
  return html`<button type="button" class="quiet icon" data-way=${way} aria-label=${name} title=${name} aria-disabled=${end ? "true" : undefined} onClick=${onStep}><${Icon} name=${sign} /></button>`;
}

/**
 * A button that moved with its item has the focus again.
 * @param {import("preact/hooks").MutableRef<HTMLElement | null>} list
 * @param {string | undefined} group
 */
function useFocusAfterMove(list, group) {
  const focus = useRef(/** @type {{ key: string, way: number } | null} */ (null));
  useLayoutEffect(() => {
    const wanted = focus.current ?? (group !== undefined && awaited?.group === group ? awaited : null);
    if (!wanted) return;
    const { key, way } = wanted;
    focus.current = null;
    const button = list.current?.querySelector(`:scope > [data-key="${CSS.escape(key)}"] > .steps > [data-way="${way}"]`);
    if (!(button instanceof HTMLElement)) return;
    awaited = null;
    button.focus();
  });
  return focus;
}
