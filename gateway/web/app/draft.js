// What people type survives a reload, a crash and a lost connection, until it is sent.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { toast } from "../kit/toast.js";
import { t } from "./locale.js";
import { guard } from "./router.js";
import { session } from "./session.js";
import { recall, remember } from "./storage.js";

const PREFIX = "stoa.draft.";
const KEPT = 40;

/**
 * State like `useState`, kept in this browser for the signed-in user under `name`. Whoever goes away
 * from what is not sent is told that it is kept, or asked where it cannot be.
 * @template T
 * @param {string} name
 * @param {T} initial What there is without a draft.
 * @param {{ quiet?: boolean }} [options] `quiet`: it is not to be sent, so that nothing is said.
 * @returns {[T, (next: T | ((before: T) => T)) => void, { restored: boolean, discard: () => void }]}
 */
export function useDraft(name, initial, { quiet = false } = {}) {
  const key = `${PREFIX}${session.get().user?.id ?? "guest"}.${name}`;
  const [kept] = useState(() => recall("localStorage", key));
  const [value, setValue] = useState(/** @type {T} */ (kept?.value ?? initial));
  const [hasRoom, setHasRoom] = useState(true);
  const isKept = useRef(false); // what is typed now, not what was there before
  const change = useCallback((/** @type {any} */ next) => {
    setValue((before) => {
      const after = typeof next === "function" ? next(before) : next;
      isKept.current = keep(key, after);
      setHasRoom(isKept.current);
      return after;
    });
  }, [key]);
  const discard = useCallback(() => {
    isKept.current = false;
    remember("localStorage", key, null);
    setHasRoom(true);
    setValue(initial);
  }, [key, initial]);
  useEffect(trim, []);
  useLeaveGuard(!hasRoom && !quiet);
  const empty = useRef(JSON.stringify(initial));
  useEffect(() => () => {
    const left = isKept.current && !quiet ? recall("localStorage", key) : null;
    if (left && JSON.stringify(left.value) !== empty.current) toast(t("frame.draft_kept"));
  }, [key, quiet]);
  return [value, change, { restored: kept !== null, discard }];
}

/**
 * @param {string} key
 * @param {unknown} value
 * @returns {boolean} Whether there was room, if need be for want of older drafts.
 */
function keep(key, value) {
  const draft = { value, at: Date.now() };
  if (remember("localStorage", key, draft)) return true;
  trim();
  return remember("localStorage", key, draft);
}

/** Only the newest drafts are kept. */
function trim() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  if (keys.length <= KEPT) return;
  const aged = keys.map((key) => ({ key, at: recall("localStorage", key)?.at ?? 0 })).sort((a, b) => b.at - a.at);
  for (const { key } of aged.slice(KEPT)) remember("localStorage", key, null);
}

/** Ask before the page is left, while that would lose something. @param {boolean} unsaved */
export function useLeaveGuard(unsaved) {
  useLayoutEffect(() => (unsaved ? guard() : undefined), [unsaved]);
}
