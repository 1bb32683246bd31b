// Which languages there are, which one is wanted, and where its words are.

import { recall, remember } from "./storage.js";

export const LANGUAGES = /** @type {const} */ ({ en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" });
const KEY = "stoa.language";
/** The words of the frame, which every page has. */
export const BASE = "base";

/** @typedef {keyof typeof LANGUAGES} Language */

/** The language of the last visit, or else the first of the browser's that there is. */
export function preferredLanguage() {
  return known(recall("localStorage", KEY) ?? "") ?? navigator.languages.map(known).find(Boolean) ?? "en";
}

/** @param {Language} language */
export function rememberLanguage(language) {
  remember("localStorage", KEY, language);
}

/**
 * @param {string} tag A language tag, such as `de-AT`.
 * @returns {Language | undefined}
 */
export function known(tag) {
  const base = String(tag).toLowerCase().split("-")[0];
  return base in LANGUAGES ? /** @type {Language} */ (base) : undefined;
}

/**
 * Where a section of the words of a language is, or with `all` every one of them.
 * @param {Language} language
 * @param {string} part
 */
export function wordsAddress(language, part) {
  return new URL(part === "all" ? `../words/${language}.json` : `../words/${language}/${part}.json`, import.meta.url).href;
}
