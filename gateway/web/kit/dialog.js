// What stands above the page: a form, or a question before something is done.
//
//   ${editing && html`<${Dialog} title="rename" onClose=${() => setEditing(false)}>…<//>`}
//   if (await ask({ title: "delete", text: "delete_text", action: "delete", danger: true })) …

import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { createStore, useStore } from "../app/store.js";
import { FormError, useSubmit } from "./form.js";
import { Icon } from "./icon.js";

/**
 * A modal dialog for as long as it is drawn. The browser keeps the focus inside; afterwards it is
 * where it was before.
 * @param {object} properties
 * @param {string} properties.title
 * @param {() => void} properties.onClose Escape and the button in the corner; stop drawing it then.
 * @param {"small" | "medium" | "large"} [properties.size]
 * @param {"dialog" | "alertdialog"} [properties.role]
 * @param {string} [properties.describedBy] The id of what a screen reader reads with the title.
 * @param {any} [properties.footer] Buttons, below what scrolls.
 * @param {any} properties.children
 */
export function Dialog({ title, onClose, size = "medium", role = "dialog", describedBy, footer, children }) {
  const id = useId();
  const box = useModal();
  const closing = useRef(onClose);
  closing.current = onClose;
  useEffect(() => {
    const dialog = box.current;
    // Escape asks; pressed twice, it closes without asking.
    const cancel = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (event.target === dialog) closing.current();
    };
    const close = (/** @type {Event} */ event) => event.target === dialog && closing.current();
    dialog?.addEventListener("cancel", cancel);
    dialog?.addEventListener("close", close);
    return () => {
      dialog?.removeEventListener("cancel", cancel);
      dialog?.removeEventListener("close", close);
    };
  }, [box]);
  return html`
    <dialog ref=${box} class="dialog" data-size=${size} role=${role} aria-labelledby=${id} aria-describedby=${describedBy}>
      <header>
        <h2 id=${id} tabindex="-1">${title}</h2>
        <button type="button" class="quiet icon" aria-label=${t("kit.close")} onClick=${onClose}><${Icon} name="close" /></button>
      </header>
      <div class="dialog-body stack">${children}</div>
      ${footer && html`<footer>${footer}</footer>`}
    </dialog>
  `;
}

/** Opens the dialog of the reference, and gives the focus back once it is not drawn any more. */
function useModal() {
  /** @type {import("preact/hooks").MutableRef<HTMLDialogElement | null>} */
  const box = useRef(null);
  useLayoutEffect(() => {
    const dialog = box.current;
    const opener = document.activeElement;
    dialog?.showModal();
    const first = dialog?.querySelector("[autofocus]") ?? dialog?.querySelector(".dialog-body :is(input, select, textarea)") ?? dialog?.querySelector("h2");
    if (first instanceof HTMLElement) first.focus();
    return () => {
      dialog?.close();
      const back = opener?.isConnected && opener !== document.body ? opener : document.getElementById("main");
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    };
  }, []);
  return box;
}

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {any} text What will happen, in words.
 * @property {string} action The word on the button that does it.
 * @property {string} [cancel] The word on the other one.
 * @property {boolean} [danger] What cannot be taken back; the focus then begins on the other button.
 * @property {() => Promise<unknown>} [deed] Done before the dialog closes; what fails is shown in it.
 */

/** @param {Question & { onConfirm: () => void, onClose: () => void }} properties */
function ConfirmDialog({ title, text, action, cancel, danger = false, deed, onConfirm, onClose }) {
  const id = useId();
  const { submit, busy, failure } = useSubmit(async () => {
    await deed?.();
    onConfirm();
  });
  const buttons = html`
    <button type="button" autofocus=${danger} onClick=${onClose}>${cancel ?? t("kit.cancel")}</button>
    <button type="button" class=${danger ? "primary bad" : "primary"} autofocus=${!danger} aria-disabled=${busy ? "true" : undefined} onClick=${submit}>${action}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>
  `;
  return html`
    <${Dialog} title=${title} size="small" role="alertdialog" describedBy=${id} onClose=${onClose} footer=${buttons}>
      <div id=${id} class="stack">${typeof text === "string" ? html`<p>${text}</p>` : text}</div>
      ${failure && html`<${FormError} failure=${failure} />`}
    <//>
  `;
}

/** @type {import("../app/store.js").Store<(Question & { answer: (yes: boolean) => void }) | null>} */
const asked = createStore(/** @type {any} */ (null));

/**
 * Ask before something is done. One question at a time: a second one answers the first with no.
 * @param {Question} question
 * @returns {Promise<boolean>} Whether it was confirmed, and the `deed` done.
 */
export function ask(question) {
  asked.get()?.answer(false);
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => {
      asked.set(null);
      resolve(yes);
    };
    asked.set({ ...question, answer });
  });
}

/** The question of `ask`; the frame draws it once. */
export function Questions() {
  const question = useStore(asked);
  return question && html`<${ConfirmDialog} key=${question.title} ...${question} onConfirm=${() => question.answer(true)} onClose=${() => question.answer(false)} />`;
}
