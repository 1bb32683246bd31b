// The buttons above an editor: one stop for the Tab key, arrows go on, as the ARIA practices have toolbars.

import { useRef, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { Icon } from "../kit/icon.js";

/** @type {{ deed: import("./editing.js").Deed, word: import("../app/locale.js").Word, key?: string }[]} */
const DEEDS = [
  { deed: "bold", word: "kit.editor_bold", key: "B" },
  { deed: "italic", word: "kit.editor_italic", key: "I" },
  { deed: "heading", word: "kit.editor_heading" },
  { deed: "list", word: "kit.editor_list" },
  { deed: "numbers", word: "kit.editor_numbers" },
  { deed: "quote", word: "kit.editor_quote" },
  { deed: "link", word: "kit.editor_link", key: "K" },
  { deed: "code", word: "kit.editor_code", key: "E" },
  { deed: "formula", word: "kit.editor_formula", key: "M" },
  { deed: "table", word: "kit.editor_table" },
];
/** @type {["write" | "both" | "read", import("../app/locale.js").Word][]} */
const VIEWS = [["write", "kit.view_write"], ["both", "kit.view_both"], ["read", "kit.view_read"]];
const COMMAND = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl+";

/**
 * @param {object} properties
 * @param {string} properties.controls The id of the field.
 * @param {"write" | "both" | "read"} properties.view
 * @param {(view: "write" | "both" | "read") => void} properties.onView
 * @param {(deed: import("./editing.js").Deed) => void} properties.onDeed
 * @param {(file: File) => void} [properties.onPicture]
 */
export function Toolbar({ controls, view, onView, onDeed, onPicture }) {
  const [at, setAt] = useState(0);
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const bar = useRef(null);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const buttons = [...(bar.current?.querySelectorAll("button, input") ?? [])].filter((button) => !(/** @type {HTMLButtonElement} */ (button).disabled));
    const here = buttons.indexOf(/** @type {Element} */ (document.activeElement));
    const onward = document.documentElement.dir === "rtl" ? -1 : 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: here + onward, ArrowLeft: here - onward, Home: 0, End: buttons.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const next = buttons[(steps[event.key] + buttons.length) % buttons.length];
    setAt([...(bar.current?.querySelectorAll("button, input") ?? [])].indexOf(next));
    if (next instanceof HTMLElement) next.focus();
  };
  const stop = (/** @type {number} */ index) => (index === at ? 0 : -1);
  const isReading = view === "read";
  return html`
    <div class="toolbar" role="toolbar" aria-label=${t("kit.toolbar")} aria-controls=${controls} ref=${bar} onKeyDown=${onKeyDown}>
      ${DEEDS.map(
        ({ deed, word, key }, index) => html`
          <button key=${deed} type="button" class="quiet icon" tabindex=${stop(index)} disabled=${isReading} aria-label=${t(word)} title=${key ? `${t(word)} (${COMMAND}${key})` : t(word)} onClick=${() => onDeed(deed)}><${Icon} name=${deed} /></button>
        `,
      )}
      ${onPicture && html`<${PictureButton} tabindex=${stop(DEEDS.length)} disabled=${isReading} onPicture=${onPicture} />`}
      <span class="views">
        ${VIEWS.map(([name, word], index) => html`<button key=${name} type="button" class="quiet small" tabindex=${stop(DEEDS.length + (onPicture ? 1 : 0) + index)} aria-pressed=${view === name ? "true" : "false"} onClick=${() => onView(name)}>${t(word)}</button>`)}
      </span>
    </div>
  `;
}

/** @param {{ tabindex: number, disabled: boolean, onPicture: (file: File) => void }} properties */
function PictureButton({ tabindex, disabled, onPicture }) {
  const chosen = (/** @type {any} */ event) => {
    if (event.target.files[0]) onPicture(event.target.files[0]);
    event.target.value = "";
  };
  return html`
    <label class="button quiet icon" title=${t("kit.editor_picture")}>
      <${Icon} name="picture" />
      <input type="file" class="sr-only" accept="image/*" tabindex=${tabindex} disabled=${disabled} aria-label=${t("kit.editor_picture")} onChange=${chosen} />
    </label>
  `;
}
