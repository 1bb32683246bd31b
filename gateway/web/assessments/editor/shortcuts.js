// Keys for what is done often, and the list of them.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { Dialog } from "../../kit/dialog.js";

/**
 * @typedef {"addSame" | "duplicate" | "remove" | "next" | "previous" | "moveDown" | "moveUp" | "save" | "undo" | "redo" | "help"} Deed
 * @typedef {{ deed: Deed, keys: string, code: string, alt?: boolean, ctrl?: boolean, shift?: boolean, word: import("../../app/locale.js").Word }} Shortcut
 */

/** By place on the keyboard, since Alt writes other letters on some. @type {readonly Shortcut[]} */
const SHORTCUTS = [
  { deed: "addSame", keys: "Alt N", code: "KeyN", alt: true, word: "quiz.key_add" },
  { deed: "duplicate", keys: "Alt C", code: "KeyC", alt: true, word: "quiz.key_duplicate" },
  { deed: "remove", keys: "Alt Delete", code: "Delete", alt: true, word: "quiz.key_delete" },
  { deed: "next", keys: "Alt J", code: "KeyJ", alt: true, word: "quiz.key_next" },
  { deed: "previous", keys: "Alt K", code: "KeyK", alt: true, word: "quiz.key_previous" },
  { deed: "moveDown", keys: "Alt Shift J", code: "KeyJ", alt: true, shift: true, word: "quiz.key_down" },
  { deed: "moveUp", keys: "Alt Shift K", code: "KeyK", alt: true, shift: true, word: "quiz.key_up" },
  { deed: "save", keys: "Ctrl S", code: "KeyS", ctrl: true, word: "quiz.key_save" },
  { deed: "undo", keys: "Ctrl Z", code: "KeyZ", ctrl: true, word: "quiz.key_undo" },
  { deed: "redo", keys: "Ctrl Shift Z", code: "KeyZ", ctrl: true, shift: true, word: "quiz.key_redo" },
  { deed: "help", keys: "Alt /", code: "Slash", alt: true, word: "quiz.shortcuts" },
];
const IN_FIELDS = [
  ["Enter", "quiz.key_enter"],
  ["Ctrl Enter", "quiz.key_right"],
  ["Alt ↑ ↓", "quiz.key_option"],
  ["Backspace", "quiz.key_backspace"],
];
/** Within a text the browser's own history of typing is meant. */
const OWN_IN_TEXT = new Set(["undo", "redo"]);

/** @param {Record<Deed, () => unknown>} deeds */
export function useShortcuts(deeds) {
  const latest = useRef(deeds);
  latest.current = deeds;
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      const found = SHORTCUTS.find((shortcut) => fits(shortcut, event));
      if (!found || document.querySelector("dialog[open]")) return;
      const typing = event.target instanceof Element && event.target.matches("textarea, input:not([type=checkbox], [type=radio])");
      if (typing && OWN_IN_TEXT.has(found.deed)) return;
      event.preventDefault();
      latest.current[found.deed]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/**
 * @param {Shortcut} shortcut
 * @param {KeyboardEvent} event
 */
function fits({ code, alt = false, ctrl = false, shift = false }, event) {
  return event.code === code && event.altKey === alt && (event.ctrlKey || event.metaKey) === ctrl && event.shiftKey === shift;
}

/** @param {{ onClose: () => void }} properties */
export function ShortcutsDialog({ onClose }) {
  /** @type {Record<string, string>} */
  const named = { Ctrl: t("quiz.ctrl"), Shift: t("quiz.shift") };
  const all = [...SHORTCUTS.map(({ keys, word }) => [keys, word]), ...IN_FIELDS];
  return html`
    <${Dialog} title=${t("quiz.shortcuts")} onClose=${onClose}>
      <dl class="shortcuts">
        ${all.map(([keys, word]) => html`<div key=${word}><dt dir="ltr">${keys.split(" ").map((key) => html`<kbd key=${key}>${named[key] ?? key}</kbd> `)}</dt><dd>${t(/** @type {any} */ (word))}</dd></div>`)}
      </dl>
    <//>
  `;
}
