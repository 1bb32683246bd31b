// Create an account: to learn, or to teach where the school allows it.

import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { language, t } from "../app/locale.js";
import { find, go } from "../app/router.js";
import { routes } from "../app/routes.js";
import { request, session, take } from "../app/session.js";
import { useStore } from "../app/store.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { REGISTER, UPDATE_PROFILE } from "./documents.js";
import { Done } from "./done.js";
import { ownAddress } from "./own-address.js";

const NEW = { role: /** @type {"STUDENT" | "EDUCATOR" | null} */ (null), fullName: "", email: "" };
const ROLES = /** @type {const} */ ([["STUDENT", "users.to_learn"], ["EDUCATOR", "users.to_teach"]]);

/** @param {{ query: URLSearchParams }} properties */
export default function Register({ query }) {
  const { user } = useStore(session);
  const [draft, setDraft, { discard }] = useDraft("register", NEW);
  const [password, setPassword] = useState("");
  const [mailed, setMailed] = useState(false);
  const wanted = ownAddress(query.get("to"));
  const role = draft.role ?? (isForTeachers(wanted) ? "EDUCATOR" : "STUDENT");
  const change = (/** @type {Partial<typeof NEW>} */ part) => setDraft((before) => ({ ...before, ...part }));

  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { register } = await request(REGISTER, { input: { ...draft, role, email: draft.email.trim(), password } });
    discard();
    if (register.accessToken) await begin(register.accessToken);
    else setMailed(true);
  });

  useEffect(() => {
    if (user) go(wanted, { replace: true });
  }, [user, wanted]);

  if (mailed) return html`<${Done} title=${t("users.look_into_mail")} text=${t("users.registration_mailed")} />`;
  return html`
    <form class="narrow card stack" novalidate onSubmit=${submit}>
      <h1>${t("users.register")}</h1>
      <fieldset class="choice">
        <legend>${t("users.i_want")}</legend>
        ${ROLES.map(
          ([each, word]) => html`
            <label key=${each} class="check"><input type="radio" name="role" value=${each} checked=${role === each} onChange=${() => change({ role: each })} /> ${t(word)}</label>
          `,
        )}
      </fieldset>
      <${TextField} label=${t("users.full_name")} value=${draft.fullName} onChange=${(/** @type {string} */ fullName) => change({ fullName })} error=${errorOf("fullName")} name="fullName" required autocomplete="name" />
      <${TextField} label=${t("users.email")} value=${draft.email} onChange=${(/** @type {string} */ email) => change({ email })} error=${errorOf("email")} name="email" required inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="username" dir="ltr" />
      <${PasswordField} label=${t("users.password")} hint=${t("users.password_rule")} value=${password} onChange=${setPassword} error=${errorOf("password")} name="password" required autocomplete="new-password" />
      <${FormError} failure=${failure} shownFields=${["fullName", "email", "password"]} />
      <${SubmitButton} busy=${busy}>${t("users.create_account")}<//>
      <p class="center">${t("users.have_account")} <a href=${`/sign-in?to=${encodeURIComponent(wanted)}`}>${t("users.sign_in")}</a></p>
    </form>
  `;
}

/** Whether only who teaches may open this address of the site. @param {string} address */
function isForTeachers(address) {
  return find(routes, new URL(address, location.origin).pathname)?.route.for === "teacher";
}

/**
 * Sign in with a new account, which speaks the browser's language and keeps its time zone.
 * @param {string} accessToken
 */
export async function begin(accessToken) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const input = { language: language.get(), timezone: timeZone };
  // Without it, the account keeps the defaults: no reason to say that registering has failed.
  await take(accessToken, () => request(UPDATE_PROFILE, { input }).catch(() => {}));
}
