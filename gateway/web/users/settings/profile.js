// Name, biography and picture, and who may see them.

import { useRef, useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { failureText, t } from "../../app/locale.js";
import { loadUser, request } from "../../app/session.js";
import { Avatar } from "../../kit/avatar.js";
import { refusalOf } from "../../kit/file-drop.js";
import { CheckField, FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { REMOVE_AVATAR, SET_AVATAR } from "../documents.js";
import { MAX_FILE_BYTES, asAvatar } from "./picture.js";
import { useProfileForm } from "./versions.js";

/** @typedef {{ fullName: string, bio: string, everybody: boolean }} Values */

/** @type {Record<keyof Values, import("../../app/locale.js").Word>} */
const WORDS = { fullName: "users.full_name", bio: "users.bio", everybody: "users.for_everybody" };

/** @param {import("./versions.js").Profile} profile @returns {Values} */
function valuesOf({ fullName, bio, audience }) {
  return { fullName, bio: bio ?? "", everybody: audience === "EVERYBODY" };
}

/** @param {Partial<Values>} changes */
function inputOf({ fullName, bio, everybody }) {
  /** @type {import("./versions.js").Input} */
  const input = {};
  if (fullName !== undefined) input.fullName = fullName;
  if (bio !== undefined) input.bio = bio || null;
  if (everybody !== undefined) input.audience = everybody ? "EVERYBODY" : "NOBODY";
  return input;
}

/** @param {{ me: any, query: any, reload: () => Promise<void> }} properties */
export function Profile({ me, query, reload }) {
  const form = useProfileForm("profile", me.profile, query, valuesOf, inputOf);
  const { values, change } = form;
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    if (!(await form.save())) return;
    await Promise.all([loadUser(), reload()]);
    form.discard();
    toast(t("users.saved"));
  });
  const textOf = (/** @type {unknown} */ value) => (typeof value === "boolean" ? t(value ? "kit.yes" : "kit.no") : String(value));
  return html`
    <${Picture} profile=${me.profile} reload=${reload} />
    <form class="stack" novalidate onSubmit=${submit}>
      ${form.restored && html`<p class="hint" role="status"><span class="grow">${t("users.draft_restored")}</span> <button class="small" type="button" onClick=${form.discard}>${t("users.discard")}</button></p>`}
      <${TextField} label=${t("users.full_name")} value=${values.fullName} onChange=${(/** @type {string} */ fullName) => change({ fullName })} error=${errorOf("fullName")} autocomplete="name" />
      <${TextField} multiline label=${t("users.bio")} hint=${t("users.bio_hint")} value=${values.bio} onChange=${(/** @type {string} */ bio) => change({ bio })} error=${errorOf("bio")} />
      <${CheckField} label=${t("users.for_everybody")} checked=${values.everybody} onChange=${(/** @type {boolean} */ everybody) => change({ everybody })} />
      <${Versions} conflicts=${form.conflicts} wordOf=${(/** @type {{ name: keyof Values }} */ { name }) => t(WORDS[name])} textOf=${textOf} decide=${form.decide} />
      <${FormError} failure=${failure} shownFields=${["fullName", "bio"]} />
      <${SubmitButton} busy=${busy}>${t("users.save")}<//>
    </form>
  `;
}

/** @param {{ profile: any, reload: () => Promise<void> }} properties */
function Picture({ profile, reload }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  /** @type {import("preact/hooks").MutableRef<HTMLInputElement | null>} */
  const input = useRef(null);
  const run = async (/** @type {() => Promise<unknown>} */ deed) => {
    setError("");
    setBusy(true);
    try {
      await deed();
      await Promise.all([loadUser(), reload()]);
      toast(t("users.saved"));
    } catch (failure) {
      setError(failure instanceof Failure ? failure.fields[0]?.message ?? failureText(failure) : t("users.not_a_picture"));
    } finally {
      setBusy(false);
    }
  };
  const choose = async (/** @type {any} */ event) => {
    const [file] = event.target.files;
    event.target.value = "";
    const refused = file ? refusalOf([file], { accept: "image/*", maxBytes: MAX_FILE_BYTES, multiple: false }) : "";
    if (refused) setError(refused);
    else if (file) await run(async () => request(SET_AVATAR, { image: await asAvatar(file) }));
  };
  return html`
    <div class="row">
      <${Avatar} name=${profile.fullName} url=${profile.avatarUrl} size=${88} />
      <div class="row">
        <button type="button" aria-disabled=${busy ? "true" : undefined} onClick=${() => !busy && input.current?.click()}>${t("users.choose_picture")}</button>
        ${profile.avatarUrl && html`<button type="button" class="danger" onClick=${() => !busy && run(() => request(REMOVE_AVATAR, {}))}>${t("users.remove_picture")}</button>`}
        <input ref=${input} type="file" accept="image/*" hidden aria-label=${t("users.choose_picture")} onChange=${choose} />
      </div>
    </div>
    <p class="error" role="alert">${error}</p>
  `;
}
