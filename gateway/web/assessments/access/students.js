// The students of the course: who of them may take the quiz, and how long each has.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { CheckField, FormError, SubmitButton, SwitchField, useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { QUIZ_STUDENTS, SET_QUIZ_ACCESS } from "./documents.js";
import { TimeDialog, timeText } from "./time-dialog.js";

/**
 * @typedef {NonNullable<import("./page.js").Quiz["access"]>} Access
 * @typedef {{ isForSome: boolean, ids: string[] }} Chosen Who may take it: these, if it is for some.
 * @typedef {import("./documents.js").QuizStudentsQuery["courseEnrollments"]["nodes"][number]} Enrollment
 */

/** @param {{ quiz: import("./page.js").Quiz, access: Access, mayChange: boolean, reload: () => Promise<void> }} properties */
export function Students({ quiz, access, mayChange, reload }) {
  const pages = usePages(QUIZ_STUDENTS, { courseId: quiz.course.id }, ({ courseEnrollments }) => courseEnrollments);
  const [draft, setDraft, { discard }] = useDraft(`access.invited.${quiz.id}`, /** @type {Chosen | null} */ (null));
  const { isForSome, ids } = draft ?? { isForSome: access.invitedOnly, ids: access.invited.map(({ id }) => id) };
  const invited = new Set(ids);
  const [timed, setTimed] = useState(/** @type {Enrollment["student"] | null} */ (null));
  const { submit, busy, failure } = useSubmit(async () => {
    await request(SET_QUIZ_ACCESS, { id: quiz.id, input: { invited: isForSome ? ids : null } }, { repeatable: true });
    toast(t("access.saved"));
    await reload();
    discard();
  });
  const invite = (/** @type {string} */ id, /** @type {boolean} */ on) => setDraft({ isForSome, ids: on ? [...ids, id] : ids.filter((each) => each !== id) });
  const timeOf = (/** @type {string} */ id) => quiz.accommodations.find(({ student }) => student.id === id) ?? null;
  const close = () => setTimed(null);
  return html`
    <section class="card stack" aria-labelledby="access-students">
      <h2 id="access-students">${t("access.students")}</h2>
      ${mayChange && html`<${SwitchField} label=${t("access.only_invited")} hint=${t("access.only_invited_hint")} checked=${isForSome} onChange=${(/** @type {boolean} */ on) => setDraft({ isForSome: on, ids })} />`}
      <form class="stack" onSubmit=${submit}>
        <${Loaded} query=${pages}>
          ${() => (pages.nodes.length === 0 ? html`<${Empty} title=${t("access.no_students")} />` : html`
            <ul class="lines">${pages.nodes.filter(({ removedAt }) => !removedAt).map((each) => html`<${Line} key=${each.id} student=${each.student} time=${timeOf(each.student.id)} invited=${mayChange && isForSome ? invited.has(each.student.id) : null} invite=${invite} change=${() => setTimed(each.student)} />`)}</ul>
            <${LoadMore} pages=${pages} />
          `)}
        <//>
        ${mayChange && (isForSome || access.invitedOnly) && html`<${FormError} failure=${failure} /><div><${SubmitButton} busy=${busy} class="primary">${t("access.save")}<//></div>`}
      </form>
      ${timed && html`<${TimeDialog} quizId=${quiz.id} userId=${timed.id} name=${timed.profile.fullName} onDone=${reload} onClose=${close} />`}
    </section>
  `;
}

/**
 * @param {object} properties
 * @param {Enrollment["student"]} properties.student
 * @param {import("./time-dialog.js").Time | null} properties.time
 * @param {boolean | null} properties.invited Null: it does not matter.
 * @param {(id: string, on: boolean) => void} properties.invite
 * @param {() => void} properties.change
 */
function Line({ student: { id, profile }, time, invited, invite, change }) {
  const name = html`<bdi>${profile.fullName}</bdi>`;
  return html`
    <li data-student=${id}>
      <div class="grow">${invited === null ? name : html`<${CheckField} label=${name} checked=${invited} onChange=${(/** @type {boolean} */ on) => invite(id, on)} />`}</div>
      ${time && html`<span class="chip">${timeText(time)}</span>`}
      <button type="button" class="small" aria-label=${`${t("access.time")}: ${profile.fullName}`} onClick=${change}>${t("access.time")}</button>
    </li>
  `;
}
