import { html } from "../app/html.js";

/** A person's picture, or the first letters of the name. @param {{ name: string, url: string | null, size?: number }} properties */
export function Avatar({ name, url, size = 36 }) {
  const style = { width: `${size / 16}rem`, height: `${size / 16}rem` }; // as large as its letters are
  if (url) return html`<img class="avatar" src=${url} alt="" style=${style} />`;
  const letters = name.split(/\s+/).filter(Boolean).map((part) => [...part][0]);
  const shown = letters.length > 1 ? letters[0] + letters[letters.length - 1] : letters[0] ?? "?";
  return html`<span class="avatar" aria-hidden="true" style=${style} data-letters=${shown}></span>`; // a picture of letters, not words of a button
}
