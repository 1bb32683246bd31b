// One certificate as it may hang on a wall, and what its owner can do with it.

import { useEffect, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatDate, t } from "../app/locale.js";
import { CopyButton } from "../kit/copy-button.js";
import { Icon } from "../kit/icon.js";
import { toast } from "../kit/toast.js";
import { openFile } from "./file.js";

/** @typedef {import("./documents.js").MyCertificatesQuery["myCertificates"][number]} Certificate */

/** @param {{ certificate: Certificate }} properties */
export function CertificateCard({ certificate }) {
  const { certificateId, studentName, courseTitle, instructorName, completedAt, timeZone, verificationUrl, revokedAt, revocationReason } = certificate;
  const [printed, print] = usePrint();
  return html`
    <li class="card stack certificate" data-printed=${printed}>
      ${revokedAt && html`<p><span class="chip bad">${t("certificates.revoked")}</span></p>`}
      <div>
        <p class="muted">${t("certificates.for")}</p>
        <h2 dir="auto">${courseTitle}</h2>
      </div>
      <p class="certificate-name" dir="auto">${studentName}</p>
      <dl class="record">
        <div><dt>${t("certificates.completed")}</dt><dd>${formatDate(completedAt, { dateStyle: "long", timeZone })}</dd></div>
        <div><dt>${t("certificates.instructor")}</dt><dd dir="auto">${instructorName}</dd></div>
        <div><dt>${t("certificates.number")}</dt><dd class="tabular"><bdi>${certificateId}</bdi></dd></div>
        ${revokedAt && html`<div class="wide-row"><dt>${t("certificates.revoked_on", { date: formatDate(revokedAt, { dateStyle: "long" }) })}</dt><dd dir="auto">${revocationReason}</dd></div>`}
      </dl>
      <div class="print-only certificate-check">
        <img src=${`/qr.svg?text=${encodeURIComponent(verificationUrl)}`} alt="" width="110" height="110" />
        <p>${t("certificates.check_at")}<br /><bdi>${verificationUrl}</bdi></p>
      </div>
      ${!revokedAt && html`<${Actions} certificate=${certificate} print=${print} />`}
    </li>
  `;
}

/** @param {{ certificate: Certificate, print: () => void }} properties */
function Actions({ certificate: { certificateId, courseTitle, verificationUrl }, print }) {
  const label = (/** @type {import("../app/locale.js").Word} */ word) => `${t(word)}: ${courseTitle}`;
  const [busy, setBusy] = useState(false);
  const pdf = async () => {
    if (busy) return;
    setBusy(true);
    const opened = await openFile(certificateId);
    setBusy(false);
    if (!opened) toast(t("certificates.pdf_not_yet"), { kind: "bad" });
  };
  return html`
    <div class="row no-print">
      <button type="button" class="primary" aria-label=${label("certificates.pdf")} aria-disabled=${busy ? "true" : undefined} onClick=${pdf}><${Icon} name="download" />${t("certificates.pdf")}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>
      <${Share} title=${courseTitle} url=${verificationUrl} />
      <button type="button" aria-label=${label("certificates.print")} onClick=${print}>${t("certificates.print")}</button>
      <a class="button" href=${`/certificates/${certificateId}/badge`} download=${`${certificateId}.jwt`} aria-label=${label("certificates.badge")}>${t("certificates.badge")}</a>
      <a class="button quiet" href=${`/certificates/${certificateId}`} aria-label=${label("certificates.public_page")}>${t("certificates.public_page")}</a>
    </div>
  `;
}

/** By the system's own sheet where there is one, and always by copying the link. @param {{ title: string, url: string }} properties */
function Share({ title, url }) {
  const share = () => navigator.share({ title, url }).catch(() => {}); // closed without sharing
  return html`
    ${"share" in navigator && html`<button type="button" aria-label=${`${t("certificates.share")}: ${title}`} onClick=${share}>${t("certificates.share")}</button>`}
    <${CopyButton} text=${url} label=${t("certificates.copy_link")} classes="" />
  `;
}

/**
 * Print only what `printed` marks.
 * @returns {[boolean, () => void]}
 */
function usePrint() {
  const [printed, setPrinted] = useState(false);
  useEffect(() => {
    if (!printed) return undefined;
    const done = () => setPrinted(false);
    addEventListener("afterprint", done, { once: true });
    window.print();
    return () => removeEventListener("afterprint", done);
  }, [printed]);
  return [printed, () => setPrinted(true)];
}
