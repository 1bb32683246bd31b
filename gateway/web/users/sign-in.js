// Sign in, and go on to where one wanted to be.

import { useEffect, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { go } from "../app/router.js";
import { session, signIn } from "../app/session.js";
import { useStore } from "../app/store.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { ownAddress } from "./own-address.js";

/** @param {{ query: URLSearchParams }} properties */
export default function SignIn({ query }) {
  const { user } = useStore(session);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { submit, busy, failure, errorOf } = useSubmit(() => signIn(email.trim(), password));
  const wanted = ownAddress(query.get("to"));

  useEffect(() => {
    if (user) go(wanted, { replace: true });
  }, [user, wanted]);

  return html`
    <form class="narrow card stack" novalidate onSubmit=${submit}>
      <h1>${t("users.sign_in")}</h1>
      <${TextField} label=${t("users.email")} value=${email} onChange=${setEmail} error=${errorOf("email")} name="email" required type="text" inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="username" dir="ltr" autofocus />
      <${PasswordField} label=${t("users.password")} value=${password} onChange=${setPassword} error=${errorOf("password")} name="password" required autocomplete="current-password" />
      <${FormError} failure=${failure?.code === "AUTHENTICATION_ERROR" ? wrong(failure) : failure} shownFields=${["email", "password"]} />
      <${SubmitButton} busy=${busy}>${t("users.sign_in")}<//>
      <p class="center"><a href="/account">${t("users.forgot")}</a></p>
      <p class="center">${t("users.no_account")} <a href=${`/register${query.has("to") ? `?to=${encodeURIComponent(wanted)}` : ""}`}>${t("users.register")}</a></p>
    </form>
  `;
}

/** @param {import("../app/graphql.js").Failure} failure */
function wrong(failure) {
  failure.message = t("users.wrong_login");
  failure.code = "WRONG_LOGIN";
  return failure;
}
