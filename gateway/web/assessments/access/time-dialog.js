// How long one student has in a quiz, at once also in an attempt that runs.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, SubmitButton, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { timeFactors } from "../../kit/time-factors.js";
import { toast } from "../../kit/toast.js";
import { QUIZ_TIMES, SET_QUIZ_TIME } from "./documents.js";

const AS_IN_COURSE = "course";
const UNLIMITED = "unlimited";

/** @typedef {{ extraTime: number, unlimited: boolean }} Time */

/** @param {Time} time */
export function timeText({ extraTime, unlimited }) {
  if (unlimited) return t("access.unlimited");
  return extraTime === 1 ? t("access.as_everybody") : t("access.factor", { factor: formatNumber(extraTime) });
}

/** @typedef {{ quizId: string, userId: string, name: string, onDone: () => Promise<void>, onClose: () => void }} Properties */

/** @param {Properties} properties */
export function TimeDialog(properties) {
  const { quizId, userId, name, onClose } = properties;
  const query = useQuery(QUIZ_TIMES, { id: quizId });
  return html`
    <${Dialog} title=${t("access.time_of", { name })} size="small" onClose=${onClose}>
      <${Loaded} query=${query} lines=${3}>
        ${(/** @type {import("./documents.js").QuizTimesQuery} */ { quiz }) => html`<${TimeForm} ...${properties} time=${quiz?.accommodations.find(({ student }) => student.id === userId) ?? null} />`}
      <//>
    <//>
  `;
}

/** @param {Properties & { time: Time | null }} properties */
function TimeForm({ quizId, userId, time, onDone, onClose }) {
  const [chosen, setChosen] = useState(time === null ? AS_IN_COURSE : time.unlimited ? UNLIMITED : String(time.extraTime));
  const { submit, busy, failure } = useSubmit(async () => {
    await request(SET_QUIZ_TIME, { id: quizId, userId, accommodation: accommodationOf(chosen) }, { repeatable: true });
    toast(t("access.saved"));
    onClose();
    await onDone();
  });
  const factors = timeFactors(...(time === null ? [] : [time.extraTime]));
  /** @type {[string, string][]} */
  const options = [
    [AS_IN_COURSE, t("access.as_in_course")],
    ...factors.map((factor) => /** @type {[string, string]} */ ([String(factor), timeText({ extraTime: factor, unlimited: false })])),
    [UNLIMITED, t("access.unlimited")],
  ];
  return html`
    <form class="stack" onSubmit=${submit}>
      <${SelectField} label=${t("access.time")} hint=${t("access.time_hint")} value=${chosen} onChange=${setChosen} options=${options} />
      <${FormError} failure=${failure} />
      <${SubmitButton} busy=${busy}>${t("access.save")}<//>
    </form>
  `;
}

/** @param {string} chosen */
function accommodationOf(chosen) {
  if (chosen === AS_IN_COURSE) return null;
  return chosen === UNLIMITED ? { extraTime: 1, unlimited: true } : { extraTime: Number(chosen), unlimited: false };
}
