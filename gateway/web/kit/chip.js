// A word or two that say of what kind or in which state something is; or a value that can be taken away.
//
//   <${Chip} kind="good">Published<//>   <${Chip} onRemove=${remove} name="Algebra">Algebra<//>

import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { Icon } from "./icon.js";

/**
 * @param {object} properties
 * @param {"plain" | "brandy" | "good" | "warn" | "bad"} [properties.kind]
 * @param {() => void} [properties.onRemove]
 * @param {string} [properties.name] What the button takes away.
 * @param {any} properties.children
 */
export function Chip({ kind = "plain", onRemove, name = "", children }) {
  return html`
    <span class=${`chip ${kind === "plain" ? "" : kind} ${onRemove ? "removable" : ""}`}>
      <span class="ellipsis" dir="auto">${children}</span>
      ${onRemove && html`<button type="button" class="quiet" aria-label=${t("kit.remove", { name })} onClick=${onRemove}><${Icon} name="close" /></button>`}
    </span>
  `;
}
