// What a teacher decides about one student: to remove them, and how much time they have.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, SubmitButton, SwitchField, TextField, useSubmit } from "../../kit/form.js";
import { timeFactors } from "../../kit/time-factors.js";
import { toast } from "../../kit/toast.js";
import { REMOVE_STUDENT, SET_EXTRA_TIME } from "../documents.js";

/** @typedef {{ enrollment: import("./students.js").Enrollment, onDone: () => Promise<void>, onClose: () => void }} StudentProperties */

/** @param {StudentProperties} properties */
export function RemoveDialog({ enrollment, onDone, onClose }) {
  const name = enrollment.student.profile.fullName;
  const [reason, setReason, { discard }] = useDraft(`removal.${enrollment.id}`, "");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await request(REMOVE_STUDENT, { enrollmentId: enrollment.id, reason });
    discard();
    toast(t("courses.student_removed", { name }));
    await onDone();
  });
  return html`
    <${Dialog} title=${t("courses.remove_title", { name })} size="small" onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <p>${t("courses.remove_text")}</p>
        <${TextField} multiline label=${t("courses.reason")} hint=${t("courses.reason_hint")} value=${reason} onChange=${setReason} error=${errorOf("reason")} />
        <${FormError} failure=${failure} shownFields=${["reason"]} />
        <${SubmitButton} busy=${busy} class="primary bad full">${t("courses.remove_student")}<//>
      </form>
    <//>
  `;
}

/** @param {StudentProperties & { courseId: string }} properties */
export function ExtraTimeDialog({ courseId, enrollment, onDone, onClose }) {
  const { student } = enrollment;
  const [factor, setFactor] = useState(String(enrollment.extraTime ?? 1));
  const [isUnlimited, setUnlimited] = useState(enrollment.unlimitedTime === true);
  const { submit, busy, failure } = useSubmit(async () => {
    await request(SET_EXTRA_TIME, { courseId, userId: student.id, extraTime: Number(factor), unlimited: isUnlimited }, { repeatable: true });
    toast(t("users.saved"));
    await onDone();
  });
  /** @type {[string, string][]} */
  const options = timeFactors(Number(factor)).map((each) => [String(each), each === 1 ? t("courses.time_as_everybody") : t("courses.time_factor", { factor: formatNumber(each) })]);
  return html`
    <${Dialog} title=${t("courses.extra_time_of", { name: student.profile.fullName })} size="small" onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        <${SelectField} label=${t("courses.extra_time")} hint=${t("courses.extra_time_hint")} value=${factor} onChange=${setFactor} options=${options} />
        <${SwitchField} label=${t("courses.unlimited_time")} hint=${t("courses.unlimited_time_hint")} checked=${isUnlimited} onChange=${setUnlimited} />
        <${FormError} failure=${failure} />
        <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
      </form>
    <//>
  `;
}
