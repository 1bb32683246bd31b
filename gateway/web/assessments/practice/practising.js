// Practice itself: which questions, and round after round of them.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { Empty } from "../../kit/states.js";
import { TabLinks } from "../../kit/tabs.js";
import { chosenOf } from "./questions.js";
import { Rounds } from "./rounds.js";

/** @typedef {import("./sources.js").Source} Source */

/** @param {{ title: string, text: string, children?: any }} properties */
export function Nothing({ title, text, children }) {
  return html`
    <h1 class="sr-only">${t("practice.title")}</h1>
    <div class="card"><${Empty} title=${title} text=${text}>${children ?? html`<p><a class="button" href="/home">${t("frame.home")}</a></p>`}<//></div>
  `;
}

/** @param {{ source: Source, query: URLSearchParams }} properties */
export function Practising({ source, query }) {
  const { id, own, played, leftOut, back } = source;
  if (played.length === 0) return html`<${Nothing} title=${t("practice.none")} text=${t("practice.none_text")}>${own && html`<p><a class="button" href=${back.href}>${back.text}</a></p>`}<//>`;
  const choice = query.get("which") === "all" || !own ? "all" : "wrong";
  return html`
    <${Heading} source=${source} />
    ${own ? html`<${Choices} source=${source} choice=${choice} />` : html`<p class="hint" role="status">${t("practice.preview")}</p>`}
    ${leftOut > 0 && html`<p class="muted">${t("practice.left_out", { count: leftOut })}</p>`}
    <${Rounds} key=${`${id}/${choice}`} source=${source} choice=${choice} questions=${chosenOf(played, choice)} />
  `;
}

/** @param {{ source: Source }} properties */
function Heading({ source: { title, course, back } }) {
  return html`
    <p class="row practice-heading">
      <a class="button small" href=${back.href}>${back.text}</a>
      <span class="grow"><b dir="auto">${title}</b>${course && html`<span class="muted"> · <bdi>${course.title}</bdi></span>`}</span>
    </p>
  `;
}

/** @param {{ source: Source, choice: import("./questions.js").Choice }} properties */
function Choices({ source: { address, played }, choice }) {
  const tabs = [
    { label: t("practice.wrong"), count: chosenOf(played, "wrong").length, href: address, current: choice === "wrong" },
    { label: t("practice.all"), count: played.length, href: `${address}?which=all`, current: choice === "all" },
  ];
  return html`<${TabLinks} label=${t("practice.which")} tabs=${tabs} />`;
}
