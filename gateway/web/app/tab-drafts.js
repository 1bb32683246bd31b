// Unsaved work in this browser. Each tab has its own, and takes up those that no tab has any more.

import { namesIn, randomId, recall, remember } from "./storage.js";

/**
 * @typedef {object} Left
 * @property {number} at When its tab was last there.
 * @property {boolean} [left] Its tab was closed, or is being reloaded and comes back for it.
 */

const TAB = "stoa.tab";
/** How often a tab says that it is there: it keeps its work anew. */
export const ALIVE_EVERY_MS = 5_000;
const GONE_AFTER_MS = 4 * ALIVE_EVERY_MS;
/** How long what a tab has left waits for it, since it may only be reloading. */
const RELOAD_MS = 10_000;

/**
 * @template Work
 * @param {string} prefix What the work is, and whose.
 * @param {{ packed?: (work: Work & Left) => unknown, unpacked?: (kept: any) => (Work & Left) | null }} [form] How it
 *   is kept, and null for what is not in this form.
 */
export function tabDrafts(prefix, { packed = (work) => work, unpacked = (kept) => kept } = {}) {
  let tab = recall("sessionStorage", TAB);
  // A tab that was duplicated begins with the other's name.
  const known = tab === null ? null : recall("localStorage", prefix + tab);
  if (tab === null || (known !== null && !known.left && isAlive(known))) tab = randomId();
  remember("sessionStorage", TAB, tab);
  const own = prefix + tab;
  return {
    /** @param {Work} work @returns {boolean} Whether there is room for it. */
    keep: (work) => remember("localStorage", own, packed({ ...work, at: Date.now() })),
    forget: () => remember("localStorage", own, null),
    /** The tab is left or reloaded. */
    leave() {
      const kept = recall("localStorage", own);
      if (kept) remember("localStorage", own, { ...kept, at: Date.now(), left: true });
    },
    /**
     * What tabs have left, and with `reloaded` what this one had before, first.
     * @returns {(Work & Left)[]}
     */
    takeUp({ reloaded = false } = {}) {
      const names = namesIn(prefix);
      const orphans = names.filter((name) => (name === own ? reloaded : !isAlive(recall("localStorage", name))));
      orphans.sort((one, other) => Number(other === own) - Number(one === own));
      const found = orphans.map((name) => unpacked(recall("localStorage", name)));
      for (const name of orphans) if (name !== own) remember("localStorage", name, null);
      return found.filter((kept) => kept !== null);
    },
  };
}

/** @param {Left | null} kept */
function isAlive(kept) {
  return kept !== null && Date.now() - kept.at < (kept.left ? RELOAD_MS : GONE_AFTER_MS);
}
