// Captions of a film: which are shown, remembered for the next one.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { language } from "../../app/locale.js";
import { habits, keepHabits } from "./positions.js";
import { firstCaptions } from "./reckoning.js";

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./link.js").Stream["captions"][number]} Captions
 */

/**
 * @param {import("preact/hooks").MutableRef<HTMLVideoElement | null>} ref
 * @param {Link | null} link
 */
export function useCaptions(ref, link) {
  const tracks = useTracks(ref, link);
  const [chosen, setChosen] = useState(() => habits().captions);
  const shown = firstCaptions(tracks, chosen, language.get());
  const last = useRef(shown);
  if (shown) last.current = shown;
  const show = useCallback((/** @type {string} */ next) => {
    setChosen(next);
    keepHabits({ captions: next });
  }, []);
  const names = tracks.map((each) => each.language).join();
  useEffect(() => {
    const list = ref.current?.textTracks;
    if (!list || !names) return undefined;
    for (const track of list) track.mode = track.language === shown ? "showing" : "disabled";
    // The browser's own menu has them, too.
    const changed = () => {
      const now = [...list].find(({ mode }) => mode === "showing")?.language ?? "";
      if (now !== shown) show(now);
    };
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, [ref, names, shown, show]);
  const toggle = () => tracks.length > 0 && show(shown ? "" : last.current || tracks[0].language);
  return { tracks, shown, show, toggle };
}

const LOADED = 2; // HTMLTrackElement.LOADED

/**
 * Their addresses: what is loaded stays, the others are those of the newest link.
 * @param {import("preact/hooks").MutableRef<HTMLVideoElement | null>} ref
 * @param {Link | null} link
 * @returns {readonly Captions[]}
 */
function useTracks(ref, link) {
  const [tracks, setTracks] = useState(/** @type {readonly Captions[]} */ ([]));
  useEffect(() => {
    if (!link) return undefined;
    const take = () => {
      const elements = [...(ref.current?.querySelectorAll("track") ?? [])];
      const loaded = new Set(elements.filter(({ readyState }) => readyState === LOADED).map(({ srclang }) => srclang));
      setTracks((before) => link.newest().captions.map((each) => before.find((old) => old.language === each.language && loaded.has(each.language)) ?? each));
    };
    take();
    // A track that is chosen late finds its link over.
    const failed = (/** @type {Event} */ event) => {
      if (event.target instanceof HTMLTrackElement && link.isDue()) link.renew().catch(() => {});
    };
    const video = ref.current;
    video?.addEventListener("error", failed, { capture: true });
    const stop = link.onRenewed(take);
    return () => {
      stop();
      video?.removeEventListener("error", failed, { capture: true });
    };
  }, [ref, link]);
  return tracks;
}
