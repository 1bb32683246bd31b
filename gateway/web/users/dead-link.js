// What a link that is not good any more says, and the way on from it.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { request, session } from "../app/session.js";
import { useStore } from "../app/store.js";
import { FormError, SubmitButton, useSubmit } from "../kit/form.js";
import { RESEND_VERIFICATION } from "./documents.js";

/** @param {import("../app/graphql.js").Failure | null} failure Whether it says that the link has expired, was used, or never was. */
export function isDead(failure) {
  return failure !== null && (failure.code === "TOKEN_INVALID" || failure.fields.some(({ field }) => field.endsWith("invitation")));
}

const TEXTS = /** @type {const} */ ({
  verify: "users.link_dead_verify",
  email: "users.link_dead_email",
  register: "users.link_dead_register",
  invitation: "users.link_dead_invitation",
  reset: "users.link_dead_reset",
});

/** @typedef {keyof typeof TEXTS} Purpose */

/** @param {{ purpose: Purpose, done: (title: string, text: string, to?: string) => void, again: () => void }} properties `again` asks for another link to set a password. */
export function DeadLink({ purpose, done, again }) {
  /** @type {import("preact/hooks").MutableRef<HTMLHeadingElement | null>} */
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  const { status, user } = useStore(session);
  const known = purpose === "verify" && user?.emailVerified;
  return html`
    <section class="narrow card stack center">
      <h1 ref=${heading} tabindex="-1">${known ? t("users.address_confirmed") : t("users.link_dead")}</h1>
      <p class="muted">${known ? t("users.link_used_before") : t(TEXTS[purpose])}</p>
      ${known ? html`<${Way} to="/home" word="users.go_on" />` : status !== "unknown" && html`<${Onward} purpose=${purpose} isUser=${user !== null} done=${done} again=${again} />`}
    </section>
  `;
}

/** @param {{ purpose: Purpose, isUser: boolean, done: (title: string, text: string) => void, again: () => void }} properties */
function Onward({ purpose, isUser, done, again }) {
  if (purpose === "verify" && isUser) return html`<${SendAgain} done=${done} />`;
  if (purpose === "verify" || purpose === "email") return html`<${Way} to=${isUser ? "/settings/address" : "/sign-in?to=/settings/address"} word=${isUser ? "users.address" : "users.sign_in"} />`;
  if (purpose === "register") return html`<${Way} to="/register" word="users.register" />`;
  if (purpose === "reset") return html`<p><button type="button" class="primary" onClick=${again}>${t("users.other_link")}</button></p>`;
  return html`<${Way} to="/sign-in" word="users.sign_in" />`;
}

/** @param {{ to: string, word: import("../app/locale.js").Word }} properties */
function Way({ to, word }) {
  return html`<p><a class="button primary" href=${to}>${t(word)}</a></p>`;
}

/** @param {{ done: (title: string, text: string) => void }} properties */
function SendAgain({ done }) {
  const { submit, busy, failure } = useSubmit(async () => {
    await request(RESEND_VERIFICATION, {});
    done(t("users.look_into_mail"), t("users.email_sent"));
  });
  return html`
    <form class="stack" onSubmit=${submit}>
      <${FormError} failure=${failure} />
      <${SubmitButton} busy=${busy}>${t("users.send_again")}<//>
    </form>
  `;
}
