// The states of what is fetched: on its way, failed, forbidden, empty, there.

import { html } from "../app/html.js";
import { failureText, t } from "../app/locale.js";
import { Failure } from "../app/graphql.js";

/** Grey lines in the place of what comes. @param {{ lines?: number }} properties */
export function Loading({ lines = 3 }) {
  return html`<div class="skeleton stack" role="status" aria-label=${t("kit.loading")}>${Array.from({ length: lines }, (_, n) => html`<i key=${n}></i>`)}</div>`;
}

/** @param {{ failure: Error, retry?: () => void }} properties */
export function Failed({ failure, retry }) {
  const known = failure instanceof Failure;
  const title = known && failure.code === "AUTHORIZATION_ERROR" ? t("frame.forbidden") : known && failure.code === "NOT_FOUND" ? t("kit.not_found") : t("kit.failed");
  return html`
    <div class="card stack center" role="alert">
      <h2>${title}</h2>
      <p class="muted">${known ? failureText(failure) : t("kit.failed_text")}</p>
      ${retry && html`<p><button type="button" onClick=${retry}>${t("kit.retry")}</button></p>`}
    </div>
  `;
}

/**
 * @param {{ title: string, text?: string, children?: any }} properties `children` are what to do about it.
 */
export function Empty({ title, text, children }) {
  return html`<div class="empty stack center"><h2>${title}</h2>${text && html`<p class="muted">${text}</p>`}${children}</div>`;
}

/**
 * Draw what a query brought, or what there is instead. With older data and a failure, both are shown.
 * @template T
 * @param {{ query: import("../app/query.js").Query<T>, lines?: number, children: (data: T) => any }} properties
 */
export function Loaded({ query, lines, children }) {
  const { data, failure, reload } = query;
  if (data !== null) return html`${failure && failure.code !== "UNAVAILABLE" && html`<${Failed} failure=${failure} retry=${reload} />`}${children(data)}`;
  return failure ? html`<${Failed} failure=${failure} retry=${reload} />` : html`<${Loading} lines=${lines} />`;
}
