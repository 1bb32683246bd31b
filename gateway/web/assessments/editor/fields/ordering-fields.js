// Items in their right order.

import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { MAX_OPTIONS } from "../form.js";
import { ListField } from "./list-field.js";

/** @param {import("./choice-fields.js").FieldProperties} properties */
export function OrderingFields({ form, change }) {
  return html`<${ListField} sortable label=${t("quiz.items")} hint=${t("quiz.items_hint")} values=${form.items} most=${MAX_OPTIONS} nameOf=${(/** @type {number} */ number) => t("quiz.order_item", { number })} add=${t("quiz.add_item")} onChange=${(/** @type {string[]} */ items) => change("items", { items })} />`;
}
