// Invite somebody to teach, by e-mail.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { Decision } from "./decisions.js";
import { INVITE_EDUCATOR } from "./documents.js";

/** @param {{ onClose: () => void }} properties */
export function InviteEducator({ onClose }) {
  const [email, setEmail, { discard }] = useDraft("admin.invite", "");
  const form = useSubmit(async () => {
    await request(INVITE_EDUCATOR, { email: email.trim() });
    discard();
    onClose();
    toast(t("admin.invited", { email: email.trim() }));
  });
  const taken = form.failure?.code === "CONFLICT" ? t("admin.has_account") : "";
  return html`
    <${Decision} title=${t("admin.invite_educator")} text=${t("admin.invite_text")} action=${t("users.send_email")} form=${taken ? { ...form, failure: null } : form} shownFields=${["email"]} onClose=${onClose}>
      <${TextField} label=${t("users.email")} value=${email} onChange=${setEmail} error=${taken || form.errorOf("email")} inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="off" dir="ltr" />
    <//>
  `;
}
