// Whether a certificate is genuine: its number leads to the page that says so.

import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { setQuery } from "../app/router.js";
import { request } from "../app/session.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { VERIFY } from "./documents.js";

const MAX_NUMBER = 40;

/** @param {{ query: URLSearchParams }} properties A number in the address is one that was not found. */
export default function VerifyPage({ query }) {
  const given = (query.get("number") ?? "").slice(0, MAX_NUMBER);
  const [number, setNumber] = useState(given);
  const [missing, setMissing] = useState(/** @type {string | null} */ (given || null));
  const { submit, busy, failure } = useSubmit(async () => {
    const wanted = number.trim();
    const { verifyCertificate: found } = wanted ? await request(VERIFY, { number: wanted }) : { verifyCertificate: null };
    if (found) location.assign(`/certificates/${encodeURIComponent(found.certificateId)}`);
    else {
      setMissing(wanted);
      setQuery({ number: wanted });
    }
  });
  const error = number.trim() === missing ? t(missing ? "certificates.no_such_number" : "rules.required") : "";
  return html`
    <form class="narrow card stack" novalidate onSubmit=${submit}>
      <h1>${t("certificates.verify")}</h1>
      <p class="muted">${t("certificates.verify_text")}</p>
      <${TextField} label=${t("certificates.number")} value=${number} onChange=${setNumber} error=${error} maxlength=${MAX_NUMBER} autocomplete="off" autocapitalize="characters" spellcheck=${false} dir="ltr" placeholder="XXXX-XXXX-XXXX-XXXX" />
      <${FormError} failure=${failure} />
      <${SubmitButton} busy=${busy}>${t("certificates.verify_it")}<//>
    </form>
  `;
}
