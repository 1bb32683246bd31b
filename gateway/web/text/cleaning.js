// What cleans HTML, brought by the first that there is: most texts have none.

import { useEffect, useState } from "preact/hooks";

/** @typedef {(html: string) => DocumentFragment} Cleaner */

/** @type {Cleaner | null} */
let cleaner = null;

/**
 * @returns {Promise<Cleaner>} Rejects if it is not to be had.
 */
export async function loadCleaner() {
  cleaner ??= (await import("./sanitised.js")).sanitised;
  return cleaner;
}

/** The cleaner if it is there already, so that nothing is drawn twice. */
export function cleanerAtHand() {
  return cleaner;
}

/**
 * The cleaner once it is there; "failed" if it is not to be had.
 * @param {boolean} needed
 * @returns {Cleaner | null | "failed"}
 */
export function useCleaner(needed) {
  const [, look] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (needed && cleaner === null) loadCleaner().then(() => look((n) => n + 1), () => setFailed(true));
  }, [needed]);
  return cleaner ?? (failed ? "failed" : null);
}

/**
 * HTML to be read and not to be shown: in a document that runs, loads and draws nothing, without what is no text.
 * @param {string} html
 */
export function inert(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const each of body.querySelectorAll("script, style, template, noscript, iframe, object")) each.remove();
  const content = document.implementation.createHTMLDocument().createDocumentFragment();
  content.append(...body.childNodes);
  return content;
}

/** The words of HTML. @param {string} html */
export function wordsOf(html) {
  return inert(html).textContent ?? "";
}
