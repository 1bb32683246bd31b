// Small helpers for building the page. Text is only ever set as text; HTML is that which the server
// has sanitised, and goes through `rich`.

const SVG = "http://www.w3.org/2000/svg";

/** An element: attributes, `on…` listeners, boolean properties; children are nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sanitised HTML as nodes, read in a document that loads and runs nothing; without it, the text. */
export function rich(html, text) {
  return html ? [...new DOMParser().parseFromString(html, "text/html").body.childNodes] : [text];
}

export function byId(id) {
  return document.getElementById(id);
}

/** Show one of the screens, hide its siblings. */
export function show(screen) {
  for (const other of screen.parentElement.children) other.hidden = other !== screen;
}

let lastSaid = "";

/** Tell screen readers, once, without moving the focus. */
export function announce(text) {
  if (text === lastSaid) return;
  lastSaid = text;
  byId("announcer").textContent = text;
}

// Shapes beside the colours, so that nobody needs to tell colours apart.
const PATHS = [
  "M12 3 22 21H2z",
  "M12 1 23 12 12 23 1 12z",
  "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
  "M3 3h18v18H3z",
  "m12 1 3.200 7.300 7.800.700-5.900 5.200 1.800 7.800-6.900-4.100L5.100 22l1.800-7.800L1 9l7.800-.700z",
  "M7 2h10l6 10-6 10H7L1 12z",
];
export const SHAPE_NAMES = ["triangle", "diamond", "circle", "square", "star", "hexagon"];
export const COLOURS = PATHS.length;

/** The sign of the option at `position`: a shape, or from the seventh on a letter. */
export function shape(position) {
  if (position >= PATHS.length) {
    return h("span", { class: "shape", "aria-hidden": "true" }, String.fromCharCode(65 + position));
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[position]);
  svg.append(path);
  return svg;
}

/** Random hexadecimal digits; works without HTTPS too, as on a school's own network. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A value in the browser's storage, or null; private windows may refuse storage altogether. */
export function recall(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

export function remember(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(key);
    else window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // The game goes on; only a reload would not find its way back.
  }
}

export function ordinal(rank) {
  const tens = rank % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : ["th", "st", "nd", "rd"][rank % 10] ?? "th";
  return `${rank}${suffix}`;
}
