// Dragging an item of a list up or down, with a mouse, a pen or a finger.

import { useEffect, useRef, useState } from "preact/hooks";
import { placeAcross, showPlace } from "./drag-across.js";

const EDGE_PX = 60;
const SCROLL_PX = 12;

/**
 * @typedef {{ index: number, target: number, by: number }} Drag Where an item was, where it would be let go, how far it is drawn from its place.
 * @typedef {{ top: number, height: number }} Place
 * @typedef {{ x: number, y: number }} Pointer
 */

/**
 * While an item is dragged nothing moves in the document: it and what makes room for it are only shifted.
 * @param {import("preact/hooks").MutableRef<HTMLElement | null>} list
 * @param {(from: number, to: number) => void} onDrop
 * @param {{ group: string, onDrop: (from: number, place: import("./drag-across.js").Place) => void } | null} [across] Where it may go into other lists.
 */
export function useDrag(list, onDrop, across = null) {
  const [drag, setDrag] = useState(/** @type {Drag | null} */ (null));
  const places = useRef(/** @type {Place[]} */ ([]));
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);

  const begin = (/** @type {number} */ index) => (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !list.current) return;
    event.preventDefault();
    places.current = [...list.current.children].map(placeOf);
    setDrag({ index, target: index, by: 0 });
    const own = list.current;
    const placeOfPointer = (/** @type {Pointer} */ at) => across && placeAcross(across.group, own, at);
    const stop = follow(
      event,
      (by, at) => {
        const place = placeOfPointer(at);
        if (across) showPlace(across.group, place);
        setDrag({ index, target: place ? index : targetOf(places.current, index, by), by });
      },
      (by, at) => {
        const place = by === null ? null : placeOfPointer(at);
        if (across) showPlace(across.group, null);
        setDrag(null);
        if (place) across?.onDrop(index, place);
        else if (by !== null) onDrop(index, targetOf(places.current, index, by));
      },
    );
    end.current = () => {
      stop();
      if (across) showPlace(across.group, null);
    };
  };
  const shiftOf = (/** @type {number} */ index) => (drag ? shift(places.current, drag, index) : 0);
  return { dragged: drag?.index ?? null, shiftOf, begin };
}

/** @param {Element} element @returns {Place} */
function placeOf(element) {
  const { top, height } = element.getBoundingClientRect();
  return { top, height };
}

/**
 * Where an item would stand if it were let go: beyond each one whose middle its own has passed.
 * @param {Place[]} places
 * @param {number} index
 * @param {number} by
 */
function targetOf(places, index, by) {
  const middle = (/** @type {Place} */ place) => place.top + place.height / 2;
  const at = middle(places[index]) + by;
  return places.filter((place, other) => other !== index && middle(place) < at).length;
}

/**
 * How far an item is drawn from its place.
 * @param {Place[]} places
 * @param {Drag} drag
 * @param {number} index
 */
function shift(places, { index: from, target, by }, index) {
  if (index === from) return by;
  const next = places[from + 1] ?? places[from - 1];
  const step = next ? Math.abs(next.top - places[from].top) : 0;
  const room = from < places.length - 1 ? step : places[from].height + (step - (next?.height ?? 0));
  if (index > from && index <= target) return -room;
  if (index < from && index >= target) return room;
  return 0;
}

/**
 * Tell how far a pointer is from where it was pressed, the page's scrolling included, until it is
 * let go. Escape gives up.
 * @param {PointerEvent} pressed
 * @param {(by: number, at: Pointer) => void} onMove
 * @param {(by: number | null, at: Pointer) => void} onEnd
 * @returns {() => void} Ends it without a word.
 */
function follow(pressed, onMove, onEnd) {
  const start = pressed.clientY + window.scrollY;
  let at = pressed.clientY;
  let x = pressed.clientX;
  let frame = requestAnimationFrame(scroll);
  const by = () => at + window.scrollY - start;
  function scroll() {
    const way = at < EDGE_PX ? -1 : at > window.innerHeight - EDGE_PX ? 1 : 0;
    const before = window.scrollY;
    if (way) window.scrollBy(0, way * SCROLL_PX);
    if (window.scrollY !== before) onMove(by(), { x, y: at });
    frame = requestAnimationFrame(scroll);
  }
  const stop = new AbortController();
  const finish = (/** @type {number | null} */ result) => {
    done();
    onEnd(result, { x, y: at });
  };
  const done = () => {
    cancelAnimationFrame(frame);
    stop.abort();
  };
  const listen = (/** @type {string} */ name, /** @type {(event: any) => void} */ handler) => window.addEventListener(name, handler, { signal: stop.signal, capture: true, passive: false });
  const isOurs = (/** @type {PointerEvent} */ event) => event.pointerId === pressed.pointerId;
  listen("pointermove", (event) => {
    if (!isOurs(event)) return;
    at = event.clientY;
    x = event.clientX;
    onMove(by(), { x, y: at });
  });
  listen("pointerup", (event) => isOurs(event) && finish(by()));
  listen("pointercancel", (event) => isOurs(event) && finish(null));
  listen("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    finish(null);
  });
  return done;
}
