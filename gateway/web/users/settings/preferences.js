// Language, time zone, looks, and which e-mails one wants.

import { html } from "../../app/html.js";
import { LANGUAGES } from "../../app/language.js";
import { t, showLanguage } from "../../app/locale.js";
import { loadUser } from "../../app/session.js";
import { CheckField, FormError, SelectField, SubmitButton, useSubmit } from "../../kit/form.js";
import { ThemeField } from "../../kit/theme-field.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { useProfileForm } from "./versions.js";

const TOPICS = /** @type {const} */ (["ANNOUNCEMENTS", "CERTIFICATES", "DISCUSSIONS", "GRADES", "MESSAGES", "REMINDERS"]);

/** @typedef {{ language: string, timezone: string, muted: string[] }} Values */

/** @type {Record<keyof Values, import("../../app/locale.js").Word>} */
const WORDS = { language: "users.language", timezone: "users.time_zone", muted: "users.muted" };

/** @param {import("./versions.js").Profile} profile @returns {Values} */
function valuesOf({ language, timezone, mutedEmails }) {
  return { language, timezone, muted: [...(mutedEmails ?? [])].sort() };
}

/** @param {Partial<Values>} changes */
function inputOf({ muted, ...changes }) {
  /** @type {import("./versions.js").Input} */
  const input = { ...changes };
  if (muted !== undefined) input.mutedEmails = /** @type {any} */ (muted);
  return input;
}

/** @param {{ me: any, query: any, reload: () => Promise<void> }} properties */
export function Preferences({ me, query, reload }) {
  const form = useProfileForm("preferences", me.profile, query, valuesOf, inputOf);
  const { language, timezone, muted } = form.values;
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    if (!(await form.save())) return;
    const [{ profile }] = await Promise.all([loadUser(), reload()]);
    await showLanguage(profile.language);
    form.discard();
    toast(t("users.saved"));
  });
  const wants = (/** @type {string} */ topic) => (/** @type {boolean} */ wanted) => form.change({ muted: [...muted.filter((each) => each !== topic), ...(wanted ? [] : [topic])].sort() });
  const textOf = (/** @type {unknown} */ value) => (Array.isArray(value) ? value.map((topic) => t(`enums.email_topic.${/** @type {typeof TOPICS[number]} */ (topic)}`)).join("\n") : String(value));
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${SelectField} label=${t("users.language")} value=${language} onChange=${(/** @type {string} */ next) => form.change({ language: next })} error=${errorOf("language")} options=${languages(language)} />
      <${SelectField} label=${t("users.time_zone")} value=${timezone} onChange=${(/** @type {string} */ next) => form.change({ timezone: next })} error=${errorOf("timezone")} options=${zones(timezone)} />
      <${ThemeField} />
      <fieldset class="choice">
        <legend>${t("users.emails_about")}</legend>
        ${TOPICS.map((topic) => html`<${CheckField} key=${topic} label=${t(`enums.email_topic.${topic}`)} checked=${!muted.includes(topic)} onChange=${wants(topic)} />`)}
        <p class="hint-line">${t("users.emails_always")}</p>
      </fieldset>
      <${Versions} conflicts=${form.conflicts} wordOf=${(/** @type {{ name: keyof Values }} */ { name }) => t(WORDS[name])} textOf=${textOf} decide=${form.decide} />
      <${FormError} failure=${failure} shownFields=${["language", "timezone"]} />
      <${SubmitButton} busy=${busy}>${t("users.save")}<//>
    </form>
  `;
}

/**
 * @param {string} current
 * @returns {[string, string][]}
 */
function languages(current) {
  const known = /** @type {[string, string][]} */ (Object.entries(LANGUAGES));
  return current in LANGUAGES ? known : [[current, current], ...known];
}

/**
 * @param {string} current
 * @returns {[string, string][]}
 */
function zones(current) {
  const names = Intl.supportedValuesOf?.("timeZone") ?? [];
  return [...new Set([current, "UTC", ...names])].sort().map((name) => [name, name.replaceAll("_", " ")]);
}
