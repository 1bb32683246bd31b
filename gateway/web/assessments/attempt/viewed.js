// Which questions have been seen, for the log of the attempt.

import { useEffect, useRef } from "preact/hooks";

/** How much of a question has to be seen. */
const SEEN = 0.3;

/**
 * @param {readonly string[]} ids Of the questions that are drawn.
 * @param {import("./taking.js").Taking} taking
 * @returns {import("preact/hooks").MutableRef<HTMLDivElement | null>} For what is around them.
 */
export function useViewed(ids, taking) {
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const list = useRef(null);
  const noted = useRef(/** @type {string | null} */ (null));
  const key = ids.join();
  useEffect(() => {
    const all = list.current?.querySelectorAll("[data-question]") ?? [];
    const alone = all.length === 1;
    const seen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        const id = /** @type {HTMLElement} */ (target).dataset.question ?? "";
        if (!isIntersecting || seen.has(id) || (alone && noted.current === id)) continue;
        seen.add(id);
        noted.current = id;
        taking.note("VIEWED", id);
      }
    }, { threshold: alone ? 0 : SEEN });
    for (const each of all) observer.observe(each);
    return () => observer.disconnect();
  }, [key, taking]);
  return list;
}
