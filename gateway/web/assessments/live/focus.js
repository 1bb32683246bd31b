// The focus never falls to nowhere when a screen gives way to the next.

import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Where what had the focus is gone, the screen's heading gets it. Returns the reference for the
 * element around the screens.
 * @param {unknown[]} screen What makes this screen another one.
 * @returns {import("preact/hooks").MutableRef<HTMLElement | null>}
 */
export function useKeptFocus(screen) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const key = JSON.stringify(screen);
  useLayoutEffect(() => {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    const heading = box.current?.querySelector("h1, [role=heading]");
    if (!(heading instanceof HTMLElement)) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [key]);
  return box;
}
