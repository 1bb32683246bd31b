import { html } from "../app/html.js";

/** One component on the page, under its name. @param {{ name: string, children: any }} properties */
export function Sample({ name, children }) {
  return html`<div class="sample card stack"><h3>${name}</h3>${children}</div>`;
}
