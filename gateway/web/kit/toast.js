// Short messages that go by themselves: what has been done, with a way back where there is one.

import { announce } from "../app/announcer.js";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { createStore, useStore } from "../app/store.js";
import { Icon } from "./icon.js";

const SHOWN_MS = 6_000;
const SHOWN_AT_ONCE = 3;

/** @typedef {{ id: number, text: string, kind: "good" | "bad", undo?: () => void }} Toast */

const toasts = createStore(/** @type {Toast[]} */ ([]));
let count = 0;

/**
 * @param {string} text
 * @param {{ kind?: "good" | "bad", undo?: () => void }} [options] `undo` takes back what was done.
 */
export function toast(text, { kind = "good", undo } = {}) {
  const id = (count += 1);
  toasts.set((before) => [...before, { id, text, kind, undo }].slice(-SHOWN_AT_ONCE));
  announce(text);
  setTimeout(() => dismiss(id), undo ? 2 * SHOWN_MS : SHOWN_MS);
}

/** @param {number} id */
function dismiss(id) {
  toasts.set((before) => before.filter((each) => each.id !== id));
}

export function Toasts() {
  const shown = useStore(toasts);
  return html`
    <div class="toasts" role=${shown.length > 0 ? "region" : undefined} aria-label=${shown.length > 0 ? t("kit.messages") : undefined}>
      ${shown.map(
        ({ id, text, kind, undo }) => html`
          <div key=${id} class=${`toast ${kind}`}>
            <span class="grow">${text}</span>
            ${undo && html`<button class="small" type="button" onClick=${() => { dismiss(id); undo(); }}>${t("kit.undo")}</button>`}
            <button class="small quiet" type="button" aria-label=${t("kit.close")} onClick=${() => dismiss(id)}><${Icon} name="close" /></button>
          </div>
        `,
      )}
    </div>
  `;
}
