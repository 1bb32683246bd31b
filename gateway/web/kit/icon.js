// Signs, drawn as lines in the colour of the text beside them. They are for the eye only: what a
// button does is said by its words or its `aria-label`.
//
//   <button class="icon" aria-label="Close"><${Icon} name="close" /></button>

import { html } from "../app/html.js";

/** @typedef {keyof typeof PATHS} IconName */

const DOTS = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";
const LINES = "M10 6h10M10 12h10M10 18h10";
const FRAME = "M4 5h16v14H4z";
const PATHS = {
  add: "M12 5v14M5 12h14",
  archive: "M4 5h16v4H4zM5.500 9v10h13V9M10 13h4",
  back: "M19 12H5m6-6-6 6 6 6",
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zm0 7h7a3.5 3.5 0 0 1 0 7H7z",
  check: "m5 12.5 4.5 4.5L19 7",
  chevron: "m6 9 6 6 6-6",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 1 0 0-16m0 4v4.5l3 1.5",
  close: "m6 6 12 12M18 6 6 18",
  code: "m8 7-5 5 5 5m8-10 5 5-5 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  delete: "M5 7h14m-9 0V4h4v3M7 7l1 13h8l1-13m-7 4v5m4-5v5",
  down: "M12 5v14m-6-6 6 6 6-6",
  download: "M12 4v12m-5-5 5 5 5-5M5 20h14",
  edit: "m4 20 1-4.5L16 4.5 19.5 8 8.5 19z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6",
  file: "M6 3.500h8l4 4V20.500H6zM14 3.500v4h4",
  formula: "M18 6.5V5H7l6 7-6 7h11v-1.5",
  flag: "M6 21V4h11l-2.5 4L17 12H6",
  forward: "M5 12h14m-6-6 6 6-6 6",
  grip: DOTS,
  heading: "M6 5v14M18 5v14M6 12h12",
  italic: "M10 5h7M7 19h7m0-14-4 14",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1m2 3.5a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1",
  list: `${LINES}M5 6h.01M5 12h.01M5 18h.01`,
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 6h16M4 12h16M4 18h16",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  muted: "M4 9v6h4l5 4V5L8 9zM17 9.500l5 5m0-5-5 5",
  numbers: `${LINES}m-16.5-13 1.5-1v5M3.5 15.500c0-2 3-2 3 0 0 1.2-3 2.5-3 3.500h3.2`,
  people: "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7M2.5 20c.3-3.5 2.8-5.5 6.5-5.500s6.2 2 6.5 5.500M15.5 5.300a3.5 3.5 0 0 1 0 6.400m1.5 3c2.5.5 4.2 2.3 4.5 5.3",
  picture: `${FRAME}M8.5 9.500h.01M4 16.500l5-4 4 3 3-2 4 3`,
  play: "M8 5v14l11-7z",
  quote: "M5 7h4.500v5c0 3-1.5 4.5-3.5 5M14 7h4.500v5c0 3-1.5 4.5-3.5 5",
  read: "M4 5.500c3-1 6-.5 8 1 2-1.500 5-2 8-1V18c-3-1-6-.5-8 1-2-1.500-5-2-8-1zM12 6.500V19",
  redo: "m15 4 5 5-5 5m5-5H9a5.5 5.5 0 0 0 0 11h3",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 1 0 0-14m5.2 12.200L20.5 20.5",
  settings: "M4 8h9m5 0h2M4 16h2m5 0h9M15.5 5.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5m-7 8a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5",
  sort: "m8 9 4-4 4 4m0 6-4 4-4-4",
  sound: "M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6m2.500-8.500a8 8 0 0 1 0 11",
  stop: "M7 7h10v10H7z",
  table: `${FRAME}M4 10h16M4 14.500h16M10 5v14`,
  undo: "M9 4 4 9l5 5M4 9h11a5.5 5.5 0 0 1 0 11h-3",
  up: "M12 19V5m-6 6 6-6 6 6",
  upload: "M12 16V4M7 9l5-5 5 5M5 20h14",
  warning: "M12 4 2.5 20h19zM12 10v4.500M12 17.200h.01",
};
export const ICONS = /** @type {IconName[]} */ (Object.keys(PATHS));
/** What points along the line of reading, and so turns with it. */
const TURNING = new Set(["back", "forward", "list", "numbers", "play", "quote", "redo", "undo"]);
const HEAVY = new Set(["grip", "more"]);

/** @param {{ name: IconName, size?: string }} properties */
export function Icon({ name, size = "1.25em" }) {
  return html`
    <svg class=${`sign-icon ${TURNING.has(name) ? "turning" : ""}`} width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width=${HEAVY.has(name) ? 3 : 2} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>
  `;
}
