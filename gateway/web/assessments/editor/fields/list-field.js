// Several short texts below each other: Enter goes on to the next, pasted lines become one each.

import { useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { Icon } from "../../../kit/icon.js";
import { moved } from "../../../kit/sortable.js";

/** @param {{ n: number, way: -1 | 1, name: string, end: boolean, move: (at: number, to: number) => void }} properties */
function Step({ n, way, name, end, move }) {
  return html`<button type="button" class="quiet icon" aria-label=${name} title=${name} aria-disabled=${end ? "true" : undefined} onClick=${() => move(n, n + way)}><${Icon} name=${way < 0 ? "up" : "down"} /></button>`;
}

/**
 * @param {object} properties
 * @param {string} properties.label Of all of them.
 * @param {string} [properties.hint]
 * @param {string[]} properties.values
 * @param {(values: string[]) => void} properties.onChange
 * @param {(number: number) => string} properties.nameOf What one of them is called.
 * @param {string} properties.add The word on the button for another one.
 * @param {number} properties.most
 * @param {boolean} [properties.sortable] Whether their order matters, and can be changed.
 */
export function ListField({ label, hint, values, onChange, nameOf, add, most, sortable = false }) {
  const rows = useRows(values.length);
  const set = (/** @type {number} */ at, /** @type {string} */ text) => onChange(values.map((value, n) => (n === at ? text : value)));
  const insert = (/** @type {number} */ at, /** @type {string[]} */ texts) => {
    rows.focus(at + texts.length - 1);
    onChange([...values.slice(0, at), ...texts, ...values.slice(at)].slice(0, most));
  };
  const move = (/** @type {number} */ at, /** @type {number} */ to) => {
    if (to < 0 || to >= values.length) return;
    rows.focus(to);
    onChange(moved(values, at, to));
  };
  const remove = (/** @type {number} */ at) => {
    rows.focus(Math.max(0, at - 1));
    onChange(values.filter((_, n) => n !== at));
  };
  const keys = (/** @type {number} */ at) => (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (at + 1 < values.length) rows.focusNow(at + 1);
      else if (values.length < most) insert(at + 1, [""]);
    } else if (sortable && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      move(at, at + (event.key === "ArrowUp" ? -1 : 1));
    } else if (event.key === "Backspace" && values[at] === "" && values.length > 1) {
      event.preventDefault();
      remove(at);
    }
  };
  const paste = (/** @type {number} */ at) => (/** @type {ClipboardEvent} */ event) => {
    const lines = pastedLines(event);
    if (lines.length < 2) return;
    event.preventDefault();
    rows.focus(at + lines.length - 1);
    onChange([...values.slice(0, at), ...(values[at] === "" ? [] : [values[at]]), ...lines, ...values.slice(at + 1)].slice(0, most));
  };
  return html`
    <fieldset class="rows" ref=${rows.box}>
      <legend>${label}</legend>
      ${hint && html`<p class="hint-line">${hint}</p>`}
      ${values.map(
        (value, n) => html`
          <div class="row-line" key=${n}>
            <input data-row=${n} aria-label=${nameOf(n + 1)} dir="auto" autocomplete="off" value=${value} onInput=${(/** @type {any} */ event) => set(n, event.target.value)} onKeyDown=${keys(n)} onPaste=${paste(n)} />
            ${sortable && html`<${Step} n=${n} way=${-1} name=${t("kit.move_up", { name: value || nameOf(n + 1) })} move=${move} end=${n === 0} /><${Step} n=${n} way=${1} name=${t("kit.move_down", { name: value || nameOf(n + 1) })} move=${move} end=${n === values.length - 1} />`}
            <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name: nameOf(n + 1) })} onClick=${() => remove(n)}><${Icon} name="close" /></button>
          </div>
        `,
      )}
      ${values.length < most && html`<button type="button" class="small" onClick=${() => insert(values.length, [""])}>${add}</button>`}
    </fieldset>
  `;
}

/**
 * Puts the focus into a row once it is there.
 * @param {number} count
 */
export function useRows(count) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const wanted = useRef(/** @type {number | null} */ (null));
  const focusNow = (/** @type {number} */ at) => {
    const row = box.current?.querySelector(`[data-row="${at}"]`);
    if (row instanceof HTMLElement) row.focus();
  };
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const at = Math.min(wanted.current, count - 1);
    wanted.current = null;
    if (count > 0) focusNow(at);
    else box.current?.querySelector("button")?.focus();
  });
  return { box, focusNow, focus: (/** @type {number} */ at) => void (wanted.current = at) };
}

/** The lines of what is pasted, as plain text; also where there is only HTML. @param {ClipboardEvent} event */
export function pastedLines(event) {
  return pastedText(event).split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

/** @param {ClipboardEvent} event */
export function pastedText({ clipboardData }) {
  const plain = clipboardData?.getData("text/plain") ?? "";
  if (plain !== "") return plain;
  const formatted = clipboardData?.getData("text/html") ?? "";
  return formatted === "" ? "" : textOf(formatted);
}

/** What is read of HTML, line by line. @param {string} formatted */
function textOf(formatted) {
  const { body } = new DOMParser().parseFromString(formatted, "text/html");
  for (const unread of body.querySelectorAll("script, style, template")) unread.remove();
  for (const block of body.querySelectorAll("br, p, div, li, tr, pre, h1, h2, h3, h4, h5, h6")) block.after("\n");
  return body.textContent ?? "";
}
