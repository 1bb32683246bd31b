// A component whose module is fetched when it is first shown, such as a dialog.
//
//   <${Later} load=${() => import(…).then(({ BankDialog }) => BankDialog)} onClose=${close} quizId=${id} />

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { loadWords, t } from "./locale.js";
import { toast } from "../kit/toast.js";

/** Of a screen, before what is below it comes into view. */
const AHEAD = "25%";

/**
 * A module with sections of words that its page does not name, for `load`.
 * @template Module
 * @param {readonly string[]} sections
 * @param {() => Promise<Module>} load
 */
export async function withWords(sections, load) {
  const [module] = await Promise.all([load(), loadWords(sections)]);
  return module;
}

/**
 * Nothing is shown until it is there. If it is not to be had, that is said, and a dialog is closed.
 * @param {{ load: () => Promise<(properties: any) => any>, whenSeen?: boolean, onClose?: () => void, [name: string]: unknown }} properties `load` is a constant; `whenSeen`: not before its place is in view.
 */
export function Later({ load, whenSeen = false, ...properties }) {
  const [component, setComponent] = useState(/** @type {((properties: any) => any) | null} */ (null));
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const place = useRef(null);
  const { onClose } = properties;
  useEffect(() => {
    let wanted = true;
    const begin = () =>
      load().then(
        (found) => wanted && setComponent(() => found),
        () => {
          toast(t("errors.UNAVAILABLE"), { kind: "bad" });
          if (wanted) onClose?.();
        },
      );
    const stop = whenSeen && place.current ? onceSeen(place.current, begin) : void begin();
    return () => {
      wanted = false;
      stop?.();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- fetched once
  }, [load]);
  if (component) return html`<${component} ...${properties} />`;
  return whenSeen && html`<div ref=${place}></div>`;
}

/**
 * @param {Element} place
 * @param {() => void} begin
 */
function onceSeen(place, begin) {
  const observer = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    begin();
  }, { rootMargin: AHEAD });
  observer.observe(place);
  return () => observer.disconnect();
}
