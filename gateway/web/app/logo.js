// The sign of the site, from where the document has it already.

import { html } from "./html.js";

const ADDRESS = new URL("../favicon.svg", import.meta.url).href;

export function Logo() {
  return html`<img src=${ADDRESS} alt="" width="30" height="30" />`;
}
