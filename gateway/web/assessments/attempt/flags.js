// Questions to look at again. Flags are for oneself, and stay in this browser.

import { useState } from "preact/hooks";
import { session } from "../../app/session.js";
import { recall, remember } from "../../app/storage.js";

const PREFIX = "stoa.attempt-flags.";
const KEPT = 20;

/**
 * @param {string} submissionId
 * @returns {[ReadonlySet<string>, (questionId: string) => void]}
 */
export function useFlags(submissionId) {
  const key = `${PREFIX}${session.get().user?.id ?? "guest"}`;
  const [flags, setFlags] = useState(() => new Set(/** @type {string[]} */ (recall("localStorage", key)?.[submissionId] ?? [])));
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(flags);
    if (!next.delete(id)) next.add(id);
    setFlags(next);
    const others = Object.entries(recall("localStorage", key) ?? {}).filter(([name]) => name !== submissionId);
    remember("localStorage", key, Object.fromEntries([...others, [submissionId, [...next]]].slice(-KEPT)));
  };
  return [flags, toggle];
}
