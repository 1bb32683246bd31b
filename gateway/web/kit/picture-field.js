// A picture: uploaded, or by its address; and what it shows, in words.
//
//   <${PictureField} label="Picture" altHint="…" url=${url} alt=${alt} upload=${async (image) => …} change=${({ url, alt }) => …} />

import { useState } from "preact/hooks";
import { Failure } from "../app/graphql.js";
import { html } from "../app/html.js";
import { failureText, t } from "../app/locale.js";
import { FileDrop } from "./file-drop.js";
import { TextField, fieldError } from "./form.js";
import { KINDS, MAX_FILE, small } from "./small-picture.js";

const MAX_ALT = 500;

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {string} properties.altHint
 * @param {string} properties.url Empty without a picture.
 * @param {string} properties.alt
 * @param {(image: string) => Promise<string>} properties.upload Takes a `data:` URL to the server, and gives the picture's address.
 * @param {(part: { url?: string, alt?: string }) => void} properties.change
 * @param {{ url?: string, alt?: string }} [properties.errors]
 */
export function PictureField({ label, altHint, url, alt, upload, change, errors = {} }) {
  const [state, setState] = useState({ busy: false, error: "" });
  const take = async (/** @type {File[]} */ [file]) => {
    setState({ busy: true, error: "" });
    try {
      change({ url: await upload(await small(file)) });
      setState({ busy: false, error: "" });
    } catch (error) {
      const said = error instanceof Failure ? fieldError(error, "image") || failureText(error) : t("kit.picture_unreadable", { name: file.name });
      setState({ busy: false, error: said });
    }
  };
  const has = url.trim() !== "";
  return html`
    <div class="picture-field">
      ${has && html`<img src=${url} alt=${alt || t("kit.picture_alt")} />`}
      ${has && html`<${TextField} label=${t("kit.picture_shows")} hint=${altHint} maxlength=${MAX_ALT} value=${alt} onChange=${(/** @type {string} */ next) => change({ alt: next })} error=${errors.alt} />`}
      <${FileDrop} label=${has ? t("kit.other_picture") : label} accept=${KINDS} maxBytes=${MAX_FILE} onFiles=${take} error=${state.error} progress=${state.busy ? null : undefined} />
      <${TextField} label=${t("kit.picture_address")} hint=${t("kit.picture_address_hint")} type="text" inputmode="url" dir="ltr" spellcheck=${false} autocomplete="off" value=${url} onChange=${(/** @type {string} */ next) => change({ url: next })} error=${errors.url} />
      ${has && html`<div><button type="button" class="small danger" onClick=${() => change({ url: "", alt: "" })}>${t("kit.remove_picture")}</button></div>`}
    </div>
  `;
}
