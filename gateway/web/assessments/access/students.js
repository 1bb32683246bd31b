// The students of the course: who of them may take the quiz, and how long each has.

import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { language, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { CheckField, FormError, SwitchField, useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { QUIZ_STUDENTS, SET_QUIZ_ACCESS } from "./documents.js";
import { SaveBar } from "./save-bar.js";
import { TimeDialog, timeText } from "./time-dialog.js";

/**
 * @typedef {NonNullable<import("./page.js").Quiz["access"]>} Access
 * @typedef {{ isForSome: boolean, ids: string[] }} Chosen Who may take it: these, if it is for some.
 * @typedef {import("./documents.js").QuizStudentsQuery["courseEnrollments"]["nodes"][number]} Enrollment
 */

/** So many are fetched by themselves, to be in order. */
const FETCHED = 1_000;

/** @param {{ quiz: import("./page.js").Quiz, access: Access, mayChange: boolean, reload: () => Promise<void> }} properties */
export function Students({ quiz, access, mayChange, reload }) {
  const pages = usePages(QUIZ_STUDENTS, { courseId: quiz.course.id }, ({ courseEnrollments }) => courseEnrollments);
  const [draft, setDraft, { discard }] = useDraft(`access.invited.${quiz.id}`, /** @type {Chosen | null} */ (null));
  const { isForSome, ids } = draft ?? { isForSome: access.invitedOnly, ids: access.invited.map(({ id }) => id) };
  const invited = new Set(ids);
  const isSame = isForSome === access.invitedOnly && ids.length === access.invited.length && access.invited.every(({ id }) => invited.has(id));
  const [sought, setSought] = useState("");
  const { more, loadingMore, moreFailed, loadMore } = pages;
  const mayFetch = more && !loadingMore && moreFailed === null && pages.nodes.length < FETCHED;
  useEffect(() => {
    if (mayFetch) loadMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `loadMore` is another one each time
  }, [mayFetch]);
  const found = ordered(pages.nodes, sought);
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
      ${pages.nodes.length > 0 && html`<${SearchField} label=${t("access.find_student")} value=${sought} onSearch=${setSought} found=${sought === "" ? "" : t("kit.shown_of", { shown: found.length, total: pages.nodes.length })} />`}
      <form class="stack" onSubmit=${submit}>
        <${Loaded} query=${pages}>
          ${() => (pages.nodes.length === 0 ? html`<${Empty} title=${t("access.no_students")} />` : html`
            <ul class="lines">${found.map((each) => html`<${Line} key=${each.id} student=${each.student} time=${timeOf(each.student.id)} invited=${mayChange && isForSome ? invited.has(each.student.id) : null} invite=${invite} change=${() => setTimed(each.student)} />`)}</ul>
            <${LoadMore} pages=${pages} />
          `)}
        <//>
        ${mayChange && (isForSome || access.invitedOnly || !isSame) && html`<${FormError} failure=${failure} /><${SaveBar} unsaved=${!isSame} busy=${busy} discard=${discard} />`}
      </form>
      ${timed && html`<${TimeDialog} quizId=${quiz.id} userId=${timed.id} name=${timed.profile.fullName} onDone=${reload} onClose=${close} />`}
    </section>
  `;
}

/** By name. @param {readonly Enrollment[]} all @param {string} sought A part of the name. */
function ordered(all, sought) {
  const { compare } = new Intl.Collator(language.get(), { numeric: true });
  const part = sought.toLocaleLowerCase();
  const found = all.filter(({ removedAt, student }) => !removedAt && student.profile.fullName.toLocaleLowerCase().includes(part));
  return found.sort((one, other) => compare(one.student.profile.fullName, other.student.profile.fullName));
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
