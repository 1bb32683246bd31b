// What a line says of a resource, and the way to what it is.

import { html } from "../app/html.js";
import { formatBytes, formatDate, t } from "../app/locale.js";
import { Icon } from "../kit/icon.js";
import { useDownload } from "./download.js";
import { byFolder } from "./folders.js";
import { endingOf, iconOf } from "./kinds.js";

/** @typedef {NonNullable<import("./documents.js").ResourcesQuery["course"]>["resources"][number]} Resource */

/**
 * @template {Resource} R
 * @param {{ resources: readonly R[], children: (resource: R) => any }} properties `children` draws what is in a line.
 */
export function ByFolder({ resources, children }) {
  const lines = (/** @type {readonly R[]} */ inside) => html`<ul class="lines resources">${inside.map((resource) => html`<li key=${resource.id}>${children(resource)}</li>`)}</ul>`;
  return byFolder(resources).map(({ folder, resources: inside }) =>
    folder === ""
      ? lines(inside)
      : html`
          <details class="outline" open key=${folder}>
            <summary><span class="card-title" dir="auto">${folder}</span> <span class="muted">${t("content.items", { count: inside.length })}</span></summary>
            ${lines(inside)}
          </details>
        `,
  );
}

/** @param {{ resource: Resource }} properties */
export function ResourceLine({ resource }) {
  const { kind, title, url } = resource;
  return html`
    <span class="resource-icon" aria-hidden="true"><${Icon} name=${iconOf(resource)} /></span>
    <div class="grow"><b dir="auto">${title}</b><p class="muted">${factsOf(resource)}</p></div>
    ${kind === "LINK" && url !== null
      ? html`<a class="button small" href=${url} target="_blank" rel="noopener noreferrer" aria-label=${t("content.open_of", { title })}>${t("content.open")}</a>`
      : html`<${Download} resourceId=${resource.id} label=${t("content.download_of", { title })} />`}
  `;
}

/** @param {{ resourceId: string, version?: number | null, label: string }} properties */
export function Download({ resourceId, version = null, label }) {
  const { submit, busy } = useDownload(resourceId, version);
  return html`<button type="button" class="small" aria-disabled=${busy ? "true" : undefined} aria-label=${label} onClick=${submit}><${Icon} name="download" /> ${t("content.download")}</button>`;
}

/** Its kind, its size, its day. @param {Resource} resource */
function factsOf({ kind, fileName, size, url, updatedAt }) {
  const what = kind === "LINK" ? hostOf(url ?? "") : endingOf(fileName ?? "").toUpperCase();
  const day = formatDate(updatedAt, { dateStyle: "medium" });
  return html`<bdi>${what}</bdi>${what && " · "}${size !== null && `${formatBytes(size)} · `}${day}`;
}

/** Where a link leads to. @param {string} url */
function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : "";
}
