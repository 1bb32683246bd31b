import { html } from "../app/html.js";

/** In the place of a whole page that cannot be shown. @param {{ title: string, text: string, href: string, way: string }} properties */
export function Notice({ title, text, href, way }) {
  return html`<div class="narrow card stack center"><h1>${title}</h1><p class="muted">${text}</p><p><a class="button" href=${href}>${way}</a></p></div>`;
}
