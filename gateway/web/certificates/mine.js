// The user's own certificates: to show, to share, to print.

import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { Empty, Loaded } from "../kit/states.js";
import { CertificateCard } from "./card.js";
import { MY_CERTIFICATES } from "./documents.js";

/** @typedef {import("./documents.js").MyCertificatesQuery} MyCertificates */

export default function MyCertificatesPage() {
  const query = useQuery(MY_CERTIFICATES, {}, { offline: true });
  return html`
    <div class="medium stack">
      <h1>${t("nav.certificates")}</h1>
      <${Loaded} query=${query}>
        ${(/** @type {MyCertificates} */ { myCertificates }) =>
          myCertificates.length === 0
            ? html`<div class="card"><${Empty} title=${t("certificates.none_yet")} text=${t("certificates.none_yet_text")}><p><a class="button" href="/home">${t("nav.learning")}</a></p><//></div>`
            : html`<ul class="stack">${myCertificates.map((each) => html`<${CertificateCard} key=${each.id} certificate=${each} />`)}</ul>`}
      <//>
    </div>
  `;
}
