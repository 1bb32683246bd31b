// What is shown to a room fits its screen without scrolling, as large as it can be.

import { useLayoutEffect, useRef } from "preact/hooks";

const LARGEST = 1.35;
const SMALLEST = 0.5;
const HALVINGS = 6;
/** Smaller screens are somebody's own, and scroll. */
const ROOM = "(min-width: 900px) and (min-height: 560px)";

/**
 * The reference for the stage, whose `--fit` scales all that is on it.
 * @param {unknown} shown What makes it another picture.
 * @returns {import("preact/hooks").MutableRef<HTMLElement | null>}
 */
export function useFit(shown) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const stage = useRef(null);
  useLayoutEffect(() => {
    const box = stage.current;
    if (!box) return undefined;
    const room = matchMedia(ROOM);
    const fit = () => fitInto(box, room.matches);
    fit();
    const sizes = new ResizeObserver(fit);
    sizes.observe(box);
    const content = new MutationObserver(() => fits(box) || fit()); // such as a formula that was drawn
    content.observe(box, { childList: true, subtree: true });
    box.addEventListener("load", fit, true); // of pictures
    document.fonts.addEventListener("loadingdone", fit);
    return () => {
      sizes.disconnect();
      content.disconnect();
      box.removeEventListener("load", fit, true);
      document.fonts.removeEventListener("loadingdone", fit);
    };
  }, [shown]);
  return stage;
}

/**
 * @param {HTMLElement} box
 * @param {boolean} isRoom
 */
function fitInto(box, isRoom) {
  const set = (/** @type {number} */ size) => box.style.setProperty("--fit", size.toFixed(3));
  set(isRoom ? LARGEST : 1);
  box.removeAttribute("tabindex");
  if (!isRoom || fits(box)) return;
  let [low, high] = [SMALLEST, LARGEST];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    set(middle);
    if (fits(box)) low = middle;
    else high = middle;
  }
  set(low);
  if (!fits(box)) box.tabIndex = 0; // then it scrolls, by keyboard too
}

/** @param {HTMLElement} box */
function fits(box) {
  return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}
