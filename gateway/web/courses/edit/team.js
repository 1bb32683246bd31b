// Who teaches a course, who helps, and to whom it goes on.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request, session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Avatar } from "../../kit/avatar.js";
import { Chip } from "../../kit/chip.js";
import { ask } from "../../kit/dialog.js";
import { FormError, RadioGroup, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { ADD_ASSISTANT, ADD_CO_TEACHER, DECLINE_COURSE, OFFER_COURSE, REMOVE_TEACHER, TRANSFER_COURSE } from "../documents.js";

/** @typedef {import("./page.js").Course} Course */

/** @param {import("./page.js").TabProperties} properties */
export function Team({ course, rights, mayChange, page }) {
  const user = useStore(session, ({ user: person }) => person);
  const { reload } = page;
  const members = [
    ...course.teachers.map((person) => ({ person, role: person.id === course.instructor.id ? /** @type {const} */ ("INSTRUCTOR") : /** @type {const} */ ("CO_TEACHER") })),
    ...course.assistants.map((person) => ({ person, role: /** @type {const} */ ("ASSISTANT") })),
  ];
  return html`
    <div class="stack">
      <section class="card stack" aria-labelledby="team">
        <h2 id="team">${t("courses.tab_team")}</h2>
        <ul class="lines">
          ${members.map(({ person, role }) => html`<${Member} key=${person.id} course=${course} person=${person} role=${role} isOwn=${person.id === user?.id} mayRemove=${role !== "INSTRUCTOR" && (rights.isOwner || person.id === user?.id)} reload=${reload} />`)}
        </ul>
        ${mayChange && html`<${AddMember} course=${course} isOwner=${rights.isOwner} reload=${reload} />`}
      </section>
      ${rights.isOwner && html`<${Handover} course=${course} isAdmin=${user?.role === "ADMIN"} mayChange=${mayChange} reload=${reload} />`}
    </div>
  `;
}

/** @param {{ course: Course, person: Course["teachers"][number], role: "INSTRUCTOR" | "CO_TEACHER" | "ASSISTANT", isOwn: boolean, mayRemove: boolean, reload: () => Promise<void> }} properties */
function Member({ course, person, role, isOwn, mayRemove, reload }) {
  const { fullName, avatarUrl } = person.profile;
  const remove = async () => {
    const deed = () => request(REMOVE_TEACHER, { courseId: course.id, userId: person.id });
    const question = isOwn ? { title: t("courses.leave_team_title"), text: t("courses.leave_team_text"), action: t("courses.leave_team") } : { title: t("courses.remove_member_title", { name: fullName }), text: t("courses.remove_member_text"), action: t("courses.remove_member") };
    if (!(await ask({ ...question, danger: true, deed }))) return;
    toast(t("courses.member_removed", { name: fullName }));
    if (isOwn) go("/home");
    else await reload();
  };
  return html`
    <li>
      <${Avatar} name=${fullName} url=${avatarUrl} />
      <b class="grow" dir="auto">${fullName}</b>
      <${Chip} kind=${role === "INSTRUCTOR" ? "brandy" : "plain"}>${t(`enums.course_role.${role}`)}<//>
      ${mayRemove && html`<button type="button" class="small danger" aria-label=${isOwn ? undefined : t("courses.remove_member_of", { name: fullName })} onClick=${remove}>${t(isOwn ? "courses.leave_team" : "courses.remove_member")}</button>`}
    </li>
  `;
}

/** @param {{ course: Course, isOwner: boolean, reload: () => Promise<void> }} properties */
function AddMember({ course, isOwner, reload }) {
  const [draft, setDraft, { discard }] = useDraft(`team.${course.id}`, { email: "", role: "ASSISTANT" });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const variables = { courseId: course.id, email: draft.email.trim() };
    await (isOwner && draft.role === "CO_TEACHER" ? request(ADD_CO_TEACHER, variables, { repeatable: true }) : request(ADD_ASSISTANT, variables, { repeatable: true }));
    await reload();
    discard();
    toast(t("courses.member_added"));
  });
  const roles = [
    ...(isOwner ? [{ value: "CO_TEACHER", label: t("enums.course_role.CO_TEACHER"), hint: t("courses.co_teacher_hint") }] : []),
    { value: "ASSISTANT", label: t("enums.course_role.ASSISTANT"), hint: t("courses.assistant_hint") },
  ];
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <h3>${t("courses.add_member")}</h3>
      <${EmailField} value=${draft.email} onChange=${(/** @type {string} */ email) => setDraft((before) => ({ ...before, email }))} error=${errorOf("email") || nobody(failure)} />
      <${RadioGroup} cards label=${t("courses.role")} value=${isOwner ? draft.role : "ASSISTANT"} onChange=${(/** @type {string} */ role) => setDraft((before) => ({ ...before, role }))} options=${roles} />
      <${FormError} failure=${nobody(failure) ? null : failure} shownFields=${["email"]} />
      <div><${SubmitButton} busy=${busy} class="primary">${t("courses.add_member")}<//></div>
    </form>
  `;
}

/** @param {{ value: string, onChange: (value: string) => void, error: string }} properties */
function EmailField({ value, onChange, error }) {
  return html`<${TextField} label=${t("courses.teachers_email")} value=${value} onChange=${onChange} error=${error} type="email" inputmode="email" autocapitalize="none" autocomplete="off" spellcheck=${false} dir="ltr" />`;
}

/** @param {import("../../app/graphql.js").Failure | null} failure */
function nobody(failure) {
  return failure?.code === "NOT_FOUND" ? t("courses.no_such_teacher") : "";
}

/** @param {{ course: Course, isAdmin: boolean, mayChange: boolean, reload: () => Promise<void> }} properties */
function Handover({ course, isAdmin, mayChange, reload }) {
  const withdraw = async () => {
    const deed = () => request(DECLINE_COURSE, { courseId: course.id });
    if (!(await ask({ title: t("courses.withdraw_offer"), text: t("courses.withdraw_offer_text"), action: t("courses.withdraw_offer"), deed }))) return;
    toast(t("courses.offer_withdrawn"));
    await reload();
  };
  return html`
    <section class="card stack" aria-labelledby="handover">
      <h2 id="handover">${t("courses.handover")}</h2>
      <p class="muted">${t("courses.handover_text")}</p>
      ${course.offer &&
      html`
        <p class="row hint" role="status">
          <span class="grow" dir="auto">${t("courses.offered_to", { name: course.offer.offeredTo.profile.fullName, date: formatDate(course.offer.expiresAt) })}</span>
          <button type="button" class="small" onClick=${withdraw}>${t("courses.withdraw_offer")}</button>
        </p>
      `}
      ${mayChange && html`<${HandoverForm} course=${course} isAdmin=${isAdmin} reload=${reload} />`}
    </section>
  `;
}

/** @param {{ course: Course, isAdmin: boolean, reload: () => Promise<void> }} properties */
function HandoverForm({ course, isAdmin, reload }) {
  const [email, setEmail, { discard }] = useDraft(`handover.${course.id}`, "");
  const [atOnce, setAtOnce] = useState("offer");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const variables = { courseId: course.id, email: email.trim() };
    await (isAdmin && atOnce === "transfer" ? request(TRANSFER_COURSE, variables, { repeatable: true }) : request(OFFER_COURSE, variables, { repeatable: true }));
    await reload();
    discard();
    toast(t(isAdmin && atOnce === "transfer" ? "courses.transferred" : "courses.offered"));
  });
  const ways = [{ value: "offer", label: t("courses.offer"), hint: t("courses.offer_hint") }, { value: "transfer", label: t("courses.transfer"), hint: t("courses.transfer_hint") }];
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${EmailField} value=${email} onChange=${setEmail} error=${errorOf("email") || nobody(failure)} />
      ${isAdmin && html`<${RadioGroup} cards label=${t("courses.handover_way")} value=${atOnce} onChange=${setAtOnce} options=${ways} />`}
      <${FormError} failure=${nobody(failure) ? null : failure} shownFields=${["email"]} />
      <div><${SubmitButton} busy=${busy} class="">${t(isAdmin && atOnce === "transfer" ? "courses.transfer" : "courses.offer")}<//></div>
    </form>
  `;
}
