// Comments on passages of an answer: a part of it is selected, with the mouse or by keyboard, and something said about it.

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { TextField } from "../../kit/form.js";
import { MAX_COMMENT, MAX_PASSAGES, pointAt, quoted } from "./passages.js";

/** @typedef {import("./passages.js").Passage} Passage */

/**
 * @param {object} properties
 * @param {string} properties.text
 * @param {readonly Passage[]} properties.passages
 * @param {(passages: Passage[]) => void} properties.onChange
 * @param {boolean} [properties.focused] It was asked for just now.
 */
export function PassageFields({ text, passages, onChange, focused = false }) {
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const box = useRef(null);
  const [empty, setEmpty] = useState(false);
  useEffect(() => {
    const field = box.current?.querySelector("textarea");
    if (focused && field) {
      field.focus();
      field.setSelectionRange(0, 0);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- when it appears
  }, []);
  // With `readonly` there would be no caret, and nothing to select with by keyboard.
  useEffect(() => {
    const field = box.current?.querySelector("textarea");
    const refuse = (/** @type {Event} */ event) => event.preventDefault();
    field?.addEventListener("beforeinput", refuse);
    return () => field?.removeEventListener("beforeinput", refuse);
  }, []);
  const restore = () => {
    const field = box.current?.querySelector("textarea");
    if (field) field.value = text; // input methods do not let it be refused
  };
  const add = () => {
    const field = box.current?.querySelector("textarea");
    if (!field) return;
    const [start, end] = [field.selectionStart, field.selectionEnd].map((place) => pointAt(text, place));
    setEmpty(start === end);
    if (start === end) return;
    onChange([...passages, { start, end, comment: "" }]);
    requestAnimationFrame(() => [...(box.current?.querySelectorAll("li textarea") ?? [])].forEach((each, n, all) => n === all.length - 1 && /** @type {HTMLElement} */ (each).focus()));
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // nothing can be written there
    event.stopPropagation();
    add();
  };
  return html`
    <div class="stack" ref=${box}>
      <div onKeyDown=${press}>
        <${TextField} multiline aria-readonly="true" inputmode="none" spellcheck=${false} autocomplete="off" class="short-text" label=${t("grading.select_passage")} hint=${t("grading.select_passage_hint")} error=${empty ? t("grading.nothing_selected") : ""} value=${text} onChange=${restore} />
      </div>
      ${passages.length < MAX_PASSAGES && html`<div><button type="button" class="small" onClick=${add}>${t("grading.comment_selection")}</button></div>`}
      ${passages.length > 0 &&
      html`
        <ul class="passages">
          ${passages.map(
            (passage, n) => html`
              <li key=${`${passage.start} ${passage.end} ${n}`} class="stack">
                <blockquote class="plain-text" dir="auto">${quoted(text, passage)}</blockquote>
                <${TextField} multiline rows="2" class="short-text" maxlength=${MAX_COMMENT} label=${t("grading.passage", { number: n + 1 })} value=${passage.comment} onChange=${(/** @type {string} */ comment) => onChange(passages.map((each, at) => (at === n ? { ...each, comment } : each)))} />
                <div><button type="button" class="small quiet" onClick=${() => onChange(passages.filter((_, at) => at !== n))}>${t("kit.remove", { name: t("grading.passage", { number: n + 1 }) })}</button></div>
              </li>
            `,
          )}
        </ul>
      `}
    </div>
  `;
}
