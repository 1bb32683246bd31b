// Where the links in e-mails lead. The token is behind the #, which browsers never send.

import { useEffect, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { place } from "../app/router.js";
import { claimsOf, loadUser, request, session } from "../app/session.js";
import { recall, remember } from "../app/storage.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { CONFIRM_EMAIL_CHANGE, CONFIRM_REGISTRATION, REGISTER, REQUEST_PASSWORD_RESET, RESET_PASSWORD, VERIFY_EMAIL } from "./documents.js";
import { DeadLink, isDead } from "./dead-link.js";
import { Done } from "./done.js";
import { begin } from "./register.js";

const KEY = "stoa.email-link"; // until it has been used, so that a reload does not lose it

/** @typedef {{ token: string, done: (title: string, text: string, to?: string) => void, dead: () => void }} Properties */

/** @type {Record<string, (properties: Properties) => any>} */
const FORMS = { verify: VerifyAddress, email: VerifyNewAddress, register: FinishRegistration, invitation: AcceptInvitation, reset: ResetPassword };

export default function EmailLinks() {
  const [[purpose, token]] = useState(takeToken);
  const [said, setSaid] = useState(/** @type {{ title: string, text: string, to?: string } | null} */ (null));
  const [state, setState] = useState(/** @type {"good" | "dead" | "forgot"} */ (purpose === "invitation" && !invitedBy(token) ? "dead" : "good"));
  if (said) return html`<${Done} ...${said} />`;
  const Form = (token && state !== "forgot" && FORMS[purpose]) || Forgot;
  const done = (/** @type {string} */ title, /** @type {string} */ text, /** @type {string} */ to) => {
    remember("sessionStorage", KEY, null);
    setSaid({ title, text, to });
  };
  if (state === "dead") return html`<${DeadLink} purpose=${purpose} done=${done} again=${() => setState("forgot")} />`;
  return html`<${Form} token=${token} done=${done} dead=${() => setState("dead")} />`;
}

/** The purpose and the token of the address, or of the one before a reload. */
function takeToken() {
  const [purpose, token] = place.get().hash.split("=");
  const [arrival] = performance.getEntriesByType("navigation");
  const reloaded = /** @type {PerformanceNavigationTiming} */ (arrival)?.type === "reload";
  if (token || !reloaded) remember("sessionStorage", KEY, token ? [purpose, token] : null);
  // Another e-mail's link, opened in the same tab.
  window.addEventListener("hashchange", () => location.reload(), { once: true });
  return /** @type {[string, string]} */ (recall("sessionStorage", KEY) ?? ["", ""]);
}

/** @param {{ title: string, text: string, button: string, deed: () => Promise<unknown>, dead?: () => void, shownFields?: string[], children?: any }} properties */
function Card({ title, text, button, deed, dead, shownFields = [], children }) {
  const form = useSubmit(deed);
  const gone = isDead(form.failure);
  useEffect(() => {
    if (gone) dead?.();
  }, [gone, dead]);
  return html`
    <form class="narrow card stack" novalidate onSubmit=${form.submit}>
      <h1>${title}</h1>
      <p class="muted">${text}</p>
      ${typeof children === "function" ? children(form) : children}
      <${FormError} failure=${form.failure} shownFields=${shownFields} />
      <${SubmitButton} busy=${form.busy}>${button}<//>
    </form>
  `;
}

/** @param {Properties} properties */
function VerifyAddress({ token, done, dead }) {
  const deed = async () => {
    await request(VERIFY_EMAIL, { token });
    await refresh();
    done(t("users.thank_you"), t("users.address_confirmed"));
  };
  return html`<${Card} title=${t("users.confirm_address")} text=${t("users.confirm_address_text")} button=${t("users.confirm")} deed=${deed} dead=${dead} />`;
}

/** @param {Properties} properties */
function VerifyNewAddress({ token, done, dead }) {
  const deed = async () => {
    await request(CONFIRM_EMAIL_CHANGE, { token });
    await refresh();
    done(t("users.thank_you"), t("users.new_address_confirmed"));
  };
  return html`<${Card} title=${t("users.confirm_new_address")} text=${t("users.confirm_address_text")} button=${t("users.confirm")} deed=${deed} dead=${dead} />`;
}

/** @param {Properties} properties */
function FinishRegistration({ token, done, dead }) {
  const [password, setPassword] = useState("");
  const deed = async () => {
    const { confirmRegistration } = await request(CONFIRM_REGISTRATION, { token, password });
    await begin(String(confirmRegistration.accessToken));
    done(t("users.welcome"), t("users.account_ready"));
  };
  return html`
    <${Card} title=${t("users.finish_registration")} text=${t("users.finish_registration_text")} button=${t("users.create_account")} deed=${deed} dead=${dead} shownFields=${["password"]}>
      ${(/** @type {any} */ { errorOf }) => html`<${PasswordField} label=${t("users.password")} value=${password} onChange=${setPassword} error=${errorOf("password")} name="password" required autocomplete="current-password" />`}
    <//>
  `;
}

/** The address that an invitation was sent to; empty if a mail program has cut it. @param {string} token */
function invitedBy(token) {
  return String(claimsOf(token).claims?.email ?? "");
}

/** @param {Properties} properties */
function AcceptInvitation({ token, done, dead }) {
  const [fullName, setFullName] = useState("");
  const [password, setPassword] = useState("");
  const email = invitedBy(token);
  const deed = async () => {
    const { register } = await request(REGISTER, { input: { email, fullName, password, role: "EDUCATOR", invitation: token } });
    await begin(String(register.accessToken));
    done(t("users.welcome"), t("users.account_ready"));
  };
  return html`
    <${Card} title=${t("users.create_your_account")} text=${t("users.invited_to_teach")} button=${t("users.create_account")} deed=${deed} dead=${dead} shownFields=${["fullName", "password"]}>
      ${(/** @type {any} */ { errorOf }) => html`
        <${TextField} label=${t("users.full_name")} value=${fullName} onChange=${setFullName} error=${errorOf("fullName")} name="fullName" required autocomplete="name" />
        <${PasswordField} label=${t("users.password")} hint=${t("users.password_rule")} value=${password} onChange=${setPassword} error=${errorOf("password")} name="password" required autocomplete="new-password" />
      `}
    <//>
  `;
}

/** @param {Properties} properties */
function ResetPassword({ token, done, dead }) {
  const [newPassword, setNewPassword] = useState("");
  const deed = async () => {
    await request(RESET_PASSWORD, { token, newPassword });
    done(t("users.done"), t("users.sign_in_with_new"), "/sign-in");
  };
  return html`
    <${Card} title=${t("users.set_new_password")} text=${t("users.set_new_password_text")} button=${t("users.set_password")} deed=${deed} dead=${dead} shownFields=${["newPassword"]}>
      ${(/** @type {any} */ { errorOf }) => html`
        <${PasswordField} label=${t("users.new_password")} hint=${t("users.password_rule")} value=${newPassword} onChange=${setNewPassword} error=${errorOf("newPassword")} name="newPassword" required autocomplete="new-password" />
      `}
    <//>
  `;
}

/** @param {Properties} properties */
function Forgot({ done }) {
  const [email, setEmail] = useState("");
  const deed = async () => {
    await request(REQUEST_PASSWORD_RESET, { email: email.trim() });
    done(t("users.look_into_mail"), t("users.reset_mailed"), "/sign-in");
  };
  return html`
    <${Card} title=${t("users.forgot")} text=${t("users.forgot_text")} button=${t("users.send_email")} deed=${deed} shownFields=${["email"]}>
      ${(/** @type {any} */ { errorOf }) => html`
        <${TextField} label=${t("users.email")} value=${email} onChange=${setEmail} error=${errorOf("email")} name="email" required inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="username" dir="ltr" />
      `}
    <//>
  `;
}

/** Whoever is signed in on this page has a confirmed address now. */
async function refresh() {
  if (session.get().user) await loadUser().catch(() => {});
}
