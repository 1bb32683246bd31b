// Places on the picture: drawn on it, or set by their numbers.

import { useRef, useState } from "preact/hooks";
import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { Icon } from "../../../kit/icon.js";
import { NumberField, SelectField, TextField } from "../../../kit/form.js";
import { SCALE, within } from "../../live/marks.js";
import { Shapes, pointOn } from "../../live/places.js";
import { MAX_OPTIONS } from "../form.js";
import { SHAPES, SHAPE_WORDS, drawnFrom, newPlace, placeOf } from "../places.js";

const PER_CENT = SCALE / 100;
const MIN_CORNERS = 3;

/**
 * @typedef {import("../places.js").Drawn} Drawn
 * @typedef {import("../places.js").Shape} Shape
 * @typedef {import("../../live/marks.js").Point} Point
 */

/** @param {import("./choice-fields.js").FieldProperties} properties */
export function HotspotFields({ form, change }) {
  const { places } = form;
  const put = (/** @type {Drawn[]} */ next, tag = "") => change(tag, { places: next.slice(0, MAX_OPTIONS) });
  const set = (/** @type {number} */ n, /** @type {Partial<Drawn>} */ part) => put(places.map((place, at) => (at === n ? { ...place, ...part } : place)), `place ${n} ${Object.keys(part)}`);
  return html`
    <fieldset class="rows">
      <legend>${t("quiz.places")}</legend>
      ${form.mediaUrl.trim() === "" ? html`<p class="hint-line">${t("quiz.places_need_picture")}</p>` : html`<${Canvas} url=${form.mediaUrl} alt=${form.mediaAlt} places=${places} add=${(/** @type {Drawn} */ place) => put([...places, place])} />`}
      ${places.map((place, n) => html`<${PlaceRow} key=${n} place=${place} number=${n + 1} change=${(/** @type {Partial<Drawn>} */ part) => set(n, part)} remove=${() => put(places.filter((_, at) => at !== n))} />`)}
    </fieldset>
    <${NumberField} label=${t("quiz.find")} hint=${t("quiz.find_hint")} min=${1} max=${Math.max(1, places.length)} value=${form.find} onChange=${(/** @type {number | null} */ find) => change("find", { find })} />
  `;
}

/** @param {{ url: string, alt: string, places: Drawn[], add: (place: Drawn) => void }} properties */
function Canvas({ url, alt, places, add }) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const [shape, setShape] = useState(/** @type {Shape} */ ("ellipse"));
  const [from, setFrom] = useState(/** @type {Point | null} */ (null));
  const [draft, setDraft] = useState(/** @type {Drawn | null} */ (null));
  const [corners, setCorners] = useState(/** @type {Point[]} */ ([]));
  const aspect = () => (box.current ? box.current.clientWidth / Math.max(1, box.current.clientHeight) : 1);
  const done = (/** @type {Drawn | null} */ place) => {
    if (place) add(place);
    setFrom(null);
    setDraft(null);
    setCorners([]);
  };
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !box.current || places.length >= MAX_OPTIONS) return;
    event.preventDefault();
    const point = pointOn(box.current, event);
    if (shape === "polygon") return setCorners([...corners, point]);
    box.current.setPointerCapture(event.pointerId);
    return setFrom(point);
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (from && box.current && shape !== "polygon") setDraft(drawnFrom(shape, from, pointOn(box.current, event), aspect()));
  };
  const polygon = corners.length > 0 ? [{ shape: /** @type {const} */ ("polygon"), name: "", points: corners }] : [];
  const shown = [...places, ...(draft ? [draft] : []), ...polygon].map(placeOf);
  const shapes = /** @type {[string, string][]} */ (SHAPES.map((each) => [each, t(SHAPE_WORDS[each])]));
  return html`
    <p class="hint-line">${t("quiz.places_hint")}</p>
    <div class="row">
      <${SelectField} label=${t("quiz.shape")} value=${shape} options=${shapes} onChange=${(/** @type {any} */ next) => { done(null); setShape(next); }} />
      <button type="button" class="small" disabled=${places.length >= MAX_OPTIONS} onClick=${() => add(newPlace(shape, aspect()))}>${t("quiz.add_place")}</button>
      ${corners.length >= MIN_CORNERS && html`<button type="button" class="small primary" onClick=${() => done({ shape: "polygon", name: "", points: corners })}>${t("quiz.close_polygon")}</button>`}
    </div>
    <div class="places places-canvas" ref=${box} onPointerDown=${down} onPointerMove=${move} onPointerUp=${() => from && done(draft)} onPointerCancel=${() => done(null)}>
      <img src=${url} alt=${alt || t("live.picture")} draggable=${false} />
      <${Shapes} places=${shown} selected=${shown.length > places.length ? shown.length - 1 : null} />
    </div>
  `;
}

/** @param {{ place: Drawn, number: number, change: (part: Partial<Drawn>) => void, remove: () => void }} properties */
function PlaceRow({ place, number, change, remove }) {
  const name = t("quiz.place", { number });
  const what = (/** @type {number} */ n) => (place.shape === "polygon" ? t("quiz.corner", { number: n + 1 }) : t(place.shape === "ellipse" ? (n === 0 ? "quiz.centre" : "quiz.radius") : n === 0 ? "quiz.begin" : "quiz.end"));
  const set = (/** @type {number} */ n, /** @type {0 | 1} */ axis, /** @type {number | null} */ percent) => {
    const part = within((percent ?? 0) * PER_CENT);
    change({ points: place.points.map((point, at) => (at === n ? /** @type {Point} */ (point.map((each, which) => (which === axis ? part : each))) : point)) });
  };
  const field = (/** @type {number} */ n, /** @type {0 | 1} */ axis) => html`<${NumberField} label=${t(axis === 0 ? "quiz.from_left" : "quiz.from_top", { what: what(n) })} unit="%" step="any" min=${0} max=${100} value=${place.points[n][axis] / PER_CENT} onChange=${(/** @type {number | null} */ percent) => set(n, axis, percent)} />`;
  return html`
    <div class="inset place-row" role="group" aria-label=${name}>
      <div class="row">
        <div class="grow"><${TextField} label=${`${name} (${t(SHAPE_WORDS[place.shape])}): ${t("quiz.place_name")}`} value=${place.name} onChange=${(/** @type {string} */ text) => change({ name: text })} /></div>
        <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name })} onClick=${remove}><${Icon} name="close" /></button>
      </div>
      <div class="credit">${place.points.map((_, n) => html`<div key=${n}>${field(n, 0)}${field(n, 1)}</div>`)}</div>
    </div>
  `;
}
