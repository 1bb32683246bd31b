import { useEffect, useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";

/** What has been done, in the place of the form that did it. @param {{ title: string, text: string, to?: string }} properties */
export function Done({ title, text, to = "/home" }) {
  /** @type {import("preact/hooks").MutableRef<HTMLHeadingElement | null>} */
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  return html`
    <section class="narrow card stack center">
      <h1 ref=${heading} tabindex="-1">${title}</h1>
      <p class="muted">${text}</p>
      <p><a class="button" href=${to}>${t("users.go_on")}</a></p>
    </section>
  `;
}
