// Items to be put in order, by dragging or by their buttons.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { SortableList, moved } from "../../kit/sortable.js";
import { RichText } from "../../text/rich-text.js";
import { firstOrder } from "./options.js";

/**
 * @param {object} properties
 * @param {import("./wire.js").Question} properties.question
 * @param {number[]} [properties.order]
 * @param {number[] | null} properties.value Null: nothing is answered yet.
 * @param {boolean} properties.locked
 * @param {(value: number[]) => void} properties.change
 * @param {boolean} [properties.keep] Whether the first order can be taken as it stands.
 */
export function OrderAnswer({ question, order, value, locked, change, keep = false }) {
  const ids = value ?? firstOrder(question, order);
  const texts = new Map((question.options ?? []).map(({ id, text }) => [id, text]));
  const nameOf = (/** @type {number} */ id) => texts.get(id) ?? "";
  return html`
    <div class="stack order-answer">
      <p class="muted">${t("live.put_in_order")}</p>
      <${SortableList} items=${ids} keyOf=${String} nameOf=${nameOf} label=${t("live.put_in_order")} disabled=${locked} onMove=${(/** @type {number} */ from, /** @type {number} */ to) => change(moved(ids, from, to))}>
        ${(/** @type {number} */ id, /** @type {number} */ place) => html`<span class="tabular muted">${place + 1}.</span> <${RichText} text=${nameOf(id)} inline />`}
      <//>
      ${keep && value === null && !locked && html`<p><button type="button" class="small" onClick=${() => change(ids)}>${t("live.keep_order")}</button></p>`}
    </div>
  `;
}
