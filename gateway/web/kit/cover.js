// The picture of something, or a field of colour with its first letter where there is none.
//
//   <${Cover} title=${course.title} url=${course.thumbnailUrl} alt=${course.thumbnailAlt} />

import { useState } from "preact/hooks";
import { html } from "../app/html.js";

const COLOURS = 6;

/** @param {{ title: string, url: string | null, alt?: string | null, small?: boolean }} properties */
export function Cover({ title, url, alt, small = false }) {
  const [broken, setBroken] = useState("");
  const size = small ? "cover small" : "cover";
  if (url && url !== broken) return html`<img class=${size} src=${url} alt=${alt ?? ""} loading="lazy" decoding="async" onError=${() => setBroken(url)} />`;
  const [first = ""] = [...title.trim()];
  return html`<div class=${`${size} cover-${colourOf(title)}`} aria-hidden="true"><span dir="auto">${first.toLocaleUpperCase()}</span></div>`;
}

/** The same for the same title. @param {string} title */
function colourOf(title) {
  let sum = 0;
  for (const character of title) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % COLOURS;
}
