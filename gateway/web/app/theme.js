// Light or dark: as the system has it, or as this browser's user chose. Loaded before anything is
// drawn, so that no page is first light and then dark.

import { recall, remember } from "./storage.js";

const KEY = "stoa.theme";

/** @typedef {"auto" | "light" | "dark"} Theme */

/** @returns {Theme} */
export function theme() {
  const kept = recall("localStorage", KEY);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

/**
 * Choose, and keep the choice in this browser.
 * @param {Theme} choice
 */
export function chooseTheme(choice) {
  remember("localStorage", KEY, choice === "auto" ? null : choice);
  show();
}

function show() {
  const chosen = theme();
  if (chosen === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

show();
addEventListener("storage", (event) => event.key === KEY && show()); // chosen in another tab
