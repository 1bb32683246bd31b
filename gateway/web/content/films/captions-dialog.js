// The captions of a film: one file for each language, added, replaced and deleted.

import { useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { language as pageLanguage, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Dialog, ask } from "../../kit/dialog.js";
import { FileDrop } from "../../kit/file-drop.js";
import { FormError, SelectField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { DELETE_CAPTIONS, SET_CAPTIONS } from "./documents.js";
import { languages, nameOf, ownNameOf } from "./languages.js";
import { textOf } from "./text-file.js";

const FIELDS = ["language", "label", "text"];
const MAX_LABEL = 100;
/** Of a file; the server takes so many characters, or fewer. */
const MAX_BYTES = 2 * 1024 ** 2;

/** @typedef {import("./library.js").Film} Film */
/** @typedef {{ film: Film, reload: () => Promise<void>, onClose: () => void }} CaptionsProperties */

/** @param {CaptionsProperties} properties */
export function CaptionsDialog({ film, reload, onClose }) {
  return html`
    <${Dialog} title=${t("films.captions_of", { title: film.title })} onClose=${onClose}>
      <${CaptionsList} film=${film} reload=${reload} />
      <${CaptionsForm} film=${film} reload=${reload} />
    <//>
  `;
}

/** @param {Omit<CaptionsProperties, "onClose">} properties */
function CaptionsList({ film: { id, captions }, reload }) {
  const remove = async (/** @type {string} */ language, /** @type {string} */ label) => {
    const deed = () => request(DELETE_CAPTIONS, { videoId: id, language });
    if (!(await ask({ title: t("films.delete_captions_title", { label }), text: t("films.delete_captions_text"), action: t("films.delete"), danger: true, deed }))) return;
    toast(t("films.captions_deleted", { label }));
    await reload();
  };
  if (captions.length === 0) return html`<p class="muted">${t("films.no_captions")}</p>`;
  return html`
    <ul class="lines">
      ${captions.map(
        ({ language, label }) => html`
          <li key=${language}>
            <div class="grow"><b dir="auto">${label}</b><p class="muted">${nameOf(language)}</p></div>
            <button type="button" class="small danger" aria-label=${t("films.delete_captions_of", { label })} onClick=${() => remove(language, label)}>${t("films.delete")}</button>
          </li>
        `,
      )}
    </ul>
  `;
}

/** @param {Omit<CaptionsProperties, "onClose">} properties */
function CaptionsForm({ film: { id, captions }, reload }) {
  const [language, setLanguage] = useState(/** @type {string} */ (pageLanguage.get()));
  const [named, setNamed] = useState(/** @type {string | null} */ (null));
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const known = captions.find((each) => each.language === language);
  const label = named ?? known?.label ?? ownNameOf(language);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    if (file === null) throw noFile();
    const text = textOf(await file.arrayBuffer().catch(() => Promise.reject(unreadable())));
    await request(SET_CAPTIONS, { videoId: id, input: { language, label: label.trim(), text } }, { repeatable: true });
    toast(t("films.captions_added", { label }));
    setFile(null);
    setNamed(null);
    await reload();
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <h3>${t("films.add_captions")}</h3>
      <${SelectField} label=${t("films.language")} value=${language} onChange=${(/** @type {string} */ next) => { setLanguage(next); setNamed(null); }} options=${languages()} error=${errorOf("language")} />
      ${known && html`<p class="hint" role="status">${t("films.captions_replaced", { label: known.label })}</p>`}
      <${TextField} label=${t("films.label")} hint=${t("films.label_hint")} value=${label} onChange=${setNamed} error=${errorOf("label")} name="label" required maxlength=${MAX_LABEL} autocomplete="off" />
      <${FileDrop} label=${t("films.captions_file")} hint=${file ? "" : t("films.captions_hint")} accept=".vtt,.srt" maxBytes=${MAX_BYTES} error=${errorOf("text")} onFiles=${(/** @type {File[]} */ [chosen]) => setFile(chosen)} />
      ${file && html`<p role="status">${t("films.chosen", { name: file.name })}</p>`}
      <${FormError} failure=${failure} shownFields=${FIELDS} />
      <${SubmitButton} busy=${busy}>${t(known ? "films.replace_captions" : "films.add_captions")}<//>
    </form>
  `;
}

/** As the server would say it. */
function noFile() {
  return new Failure({ extensions: { code: "VALIDATION_ERROR", details: { fields: [{ field: "text", code: "REQUIRED", message: "This is needed" }] } } });
}

function unreadable() {
  return new Failure({ extensions: { code: "VALIDATION_ERROR", details: { fields: [{ field: "text", code: "DAMAGED", message: "This file cannot be read" }] } } });
}
