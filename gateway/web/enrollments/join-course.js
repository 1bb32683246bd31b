// Into a course by a teacher's link, or by an e-mail that invites.

import { useRef, useState } from "preact/hooks";
import { Failure } from "../app/graphql.js";
import { html } from "../app/html.js";
import { formatDuration, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { go } from "../app/router.js";
import { request, session } from "../app/session.js";
import { randomId } from "../app/storage.js";
import { useStore } from "../app/store.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../kit/form.js";
import { Empty, Failed, Loading } from "../kit/states.js";
import { toast } from "../kit/toast.js";
import { Written } from "../text/written.js";
import { isDead } from "../users/dead-link.js";
import { begin } from "../users/register.js";
import { COURSE_BY_LINK, ENROLL_BY_LINK, INVITED_COURSE, REGISTER_INVITED } from "./documents.js";
import { forgetInvitation, invitationHere } from "./invitation.js";

/** @typedef {import("./invitation.js").Invitation} Invitation */
/** @typedef {NonNullable<import("./documents.js").CourseByLinkQuery["course"]>} Course */

/** @param {{ params: { token?: string } }} properties */
export default function JoinCourse({ params }) {
  const [invitation] = useState(() => invitationHere(params.token));
  const byMail = Boolean(invitation?.courseId);
  const ofLink = useQuery(invitation && !byMail ? COURSE_BY_LINK : null, { token: invitation?.token ?? "" });
  const ofMail = useQuery(byMail ? INVITED_COURSE : null, { id: invitation?.courseId ?? "" });
  const { data, failure, reload } = byMail ? ofMail : ofLink;
  const { status } = useStore(session);
  const [refused, refuse] = useState(/** @type {Failure | null} */ (null)); // here, since a new account has everything read anew
  let content;
  if (invitation === null) content = html`<${Gone} />`;
  else if (data === null) content = failure ? html`<${Failed} failure=${failure} retry=${reload} />` : html`<${Loading} />`;
  else if (data.course === null && !byMail) content = html`<${Gone} />`; // by mail, a draft may not be seen before one is in it
  else if (status === "unknown") content = html`<${Loading} />`;
  else content = html`${data.course && html`<${About} course=${data.course} />`}<${WayIn} invitation=${invitation} course=${data.course} refused=${refused} refuse=${refuse} />`;
  return html`<div class="narrow card stack"><h1>${t("enrollments.join_course")}</h1>${content}</div>`;
}

function Gone() {
  return html`<${Empty} title=${t("enrollments.link_gone")} text=${t("enrollments.link_gone_text")}><p><a class="button" href="/courses">${t("nav.courses")}</a></p><//>`;
}

/** @param {{ course: Course }} properties */
function About({ course }) {
  const minutes = course.modules.reduce((sum, { durationMinutes }) => sum + durationMinutes, 0);
  const lessons = course.modules.reduce((sum, module) => sum + module.lessons.length, 0);
  return html`
    <div>
      <h2 dir="auto">${course.title}</h2>
      <p class="muted" dir="auto">${course.instructor.profile.fullName}</p>
    </div>
    <${Written} text=${course.description} />
    <p class="row muted">
      <span>${t(`enums.difficulty.${course.difficulty}`)}</span>
      <span>${t("enrollments.lessons", { count: lessons })}</span>
      ${minutes > 0 && html`<span>${formatDuration(minutes * 60)}</span>`}
    </p>
  `;
}

/** @param {{ invitation: Invitation, course: Course | null, refused: Failure | null, refuse: (failure: Failure) => void }} properties */
function WayIn({ invitation, course, refused, refuse }) {
  const { user } = useStore(session);
  const enrollment = course?.myEnrollment;
  if (!user) return html`<${Guest} invitation=${invitation} refuse=${refuse} />`;
  if (course && enrollment && enrollment.status !== "DROPPED" && !enrollment.removedAt)
    return html`<p class="chip good">${t("enrollments.in_course")}</p><p><a class="button primary" href=${`/courses/${course.id}`}>${t("enrollments.to_course")}</a></p>`;
  return html`<${Enrol} invitation=${invitation} refused=${refused} />`;
}

/** @param {{ invitation: Invitation, refused: Failure | null }} properties `refused`: why the new account is not in the course. */
function Enrol({ invitation, refused }) {
  const key = useRef(randomId());
  const { submit, busy, failure } = useSubmit(async () => {
    await enrolBy(invitation.token, key.current);
  });
  return html`
    <form class="stack" onSubmit=${submit}>
      <${LinkError} failure=${failure ?? (busy ? null : refused)} />
      <${SubmitButton} busy=${busy}>${t("enrollments.enrol")}<//>
    </form>
  `;
}

/** What is wrong with a link is said by its reason, and where to go. @param {{ failure: Failure | null, shownFields?: string[] }} properties */
function LinkError({ failure, shownFields = [] }) {
  const reasons = /** @type {const} */ ({ unknown: "enrollments.link_unknown", expired: "enrollments.link_expired", revoked: "enrollments.link_revoked", used_up: "enrollments.link_used_up" });
  const reason = failure?.code === "ENROLLMENT_LINK_INVALID" ? /** @type {keyof typeof reasons} */ (failure.details.reason) : undefined;
  const dead = reason ? reasons[reason] : isDead(failure) ? reasons.expired : undefined;
  if (dead) return html`<p class="error" role="alert">${t(dead)}</p><p><a class="button" href="/courses">${t("nav.courses")}</a></p>`;
  return html`<${FormError} failure=${failure} shownFields=${shownFields} />`;
}

/** @param {{ invitation: Invitation, refuse: (failure: Failure) => void }} properties */
function Guest({ invitation, refuse }) {
  const back = encodeURIComponent(invitation.courseId === null ? `/join-course/${invitation.token}` : "/join-course");
  return html`
    ${invitation.email && html`<${NewAccount} invitation=${invitation} email=${invitation.email} refuse=${refuse} />`}
    <p class="muted">${t(invitation.email ? "enrollments.or_sign_in" : "enrollments.sign_in_first")}</p>
    <p class="row">
      <a class=${`button ${invitation.email ? "" : "primary"}`} href=${`/sign-in?to=${back}`}>${t("nav.sign_in")}</a>
      ${!invitation.email && html`<a class="button" href=${`/register?to=${back}`}>${t("users.register")}</a>`}
    </p>
  `;
}

/** An account for the address that the e-mail went to, which counts as confirmed. @param {{ invitation: Invitation, email: string, refuse: (failure: Failure) => void }} properties */
function NewAccount({ invitation, email, refuse }) {
  const [fullName, setFullName] = useState("");
  const [password, setPassword] = useState("");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { register } = await request(REGISTER_INVITED, { input: { email, fullName, password, invitation: invitation.token } });
    await begin(String(register.accessToken)); // which draws another form in this one's place
    await enrolBy(invitation.token, randomId()).catch((error) => {
      if (!(error instanceof Failure)) throw error;
      refuse(error);
    });
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <h2>${t("users.create_your_account")}</h2>
      <p class="muted"><bdi>${email}</bdi></p>
      <${TextField} label=${t("users.full_name")} value=${fullName} onChange=${setFullName} error=${errorOf("fullName")} autocomplete="name" />
      <${PasswordField} label=${t("users.password")} hint=${t("users.password_rule")} value=${password} onChange=${setPassword} error=${errorOf("password")} autocomplete="new-password" />
      <${LinkError} failure=${failure} shownFields=${["fullName", "password"]} />
      <${SubmitButton} busy=${busy}>${t("users.create_account")}<//>
    </form>
  `;
}

/**
 * @param {string} token
 * @param {string} idempotencyKey
 */
async function enrolBy(token, idempotencyKey) {
  const { enrollByLink } = await request(ENROLL_BY_LINK, { token, idempotencyKey }, { repeatable: true });
  forgetInvitation();
  toast(t("enrollments.enrolled", { course: enrollByLink.course.title }));
  go(`/courses/${enrollByLink.course.id}`, { replace: true });
}
