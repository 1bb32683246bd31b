// What needs a decision and appears where nobody looks is said where everybody does.

import { useEffect, useRef } from "preact/hooks";
import { toast } from "./toast.js";

/**
 * Returns the reference for what has appeared. If it is out of sight, `text` says so once.
 * @param {string} text
 * @returns {import("preact/hooks").MutableRef<HTMLElement | null>}
 */
export function useOutOfSight(text) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const first = useRef(text);
  useEffect(() => {
    const { top = 0, bottom = 0 } = box.current?.getBoundingClientRect() ?? {};
    if (bottom <= 0 || top >= innerHeight) toast(first.current, { kind: "bad" });
  }, []);
  return box;
}
