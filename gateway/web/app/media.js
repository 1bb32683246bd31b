// What the screen is like, as far as that decides what is drawn, and not only how.

import { useEffect, useState } from "preact/hooks";

/** @param {string} condition A media query. */
export function useMedia(condition) {
  const [list] = useState(() => matchMedia(condition));
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const look = () => setMatches(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [list]);
  return matches;
}
