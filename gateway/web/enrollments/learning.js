// Where students start: what runs now, where they go on, what they have reached.

import { useEffect } from "preact/hooks";
import { outcomeText } from "../assessments/quizzes/attempt-lines.js";
import { html } from "../app/html.js";
import { formatDate, formatDuration, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { useSubscription } from "../app/subscriptions.js";
import { Cover } from "../kit/cover.js";
import { Progress } from "../kit/progress.js";
import { Empty, Loaded } from "../kit/states.js";
import { LEARNING, PROGRESS_UPDATED } from "./documents.js";
import { sendKeptTime } from "./lesson/outbox.js";
import { RunningGames } from "./running-games.js";

/** @typedef {import("./documents.js").LearningQuery} Learning */
/** @typedef {Learning["myEnrollments"][number]} Enrollment */

export default function LearningPage() {
  const query = useQuery(LEARNING, {}, { offline: true });
  useSubscription(PROGRESS_UPDATED, {}, query.reload, query.reload);
  useEffect(() => void sendKeptTime(), []);
  return html`
    <div class="medium stack">
      <h1>${t("nav.learning")}</h1>
      <${RunningGames} />
      <${Loaded} query=${query}>${(/** @type {Learning} */ data) => html`<${Courses} ...${data} />`}<//>
    </div>
  `;
}

/** @param {Learning} properties */
function Courses({ myEnrollments, playedGames, mySubmissions }) {
  const active = myEnrollments.filter(({ status }) => status === "ACTIVE");
  const completed = myEnrollments.filter(({ status }) => status === "COMPLETED");
  return html`
    ${active.length + completed.length === 0 &&
    html`<div class="card"><${Empty} title=${t("enrollments.none_yet")} text=${t("enrollments.none_yet_text")}><p><a class="button primary" href="/courses">${t("enrollments.find_course")}</a></p><//></div>`}
    ${active.length > 0 && html`<ul class="stack">${active.map((each) => html`<${Course} key=${each.id} enrollment=${each} />`)}</ul>`}
    ${completed.length > 0 && html`<${Completed} enrollments=${completed} />`}
    ${mySubmissions.nodes.length > 0 && html`<${Attempts} attempts=${mySubmissions.nodes} />`}
    ${playedGames.nodes.length > 0 && html`<${Played} games=${playedGames.nodes} />`}
  `;
}

/** @param {{ enrollment: Enrollment }} properties */
function Course({ enrollment: { course, nextLesson, progressPercentage } }) {
  const onward = t(progressPercentage === 0 ? "enrollments.begin" : "enrollments.continue");
  const length = nextLesson?.durationMinutes ? ` · ${formatDuration(nextLesson.durationMinutes * 60)}` : "";
  return html`
    <li class="card stack">
      <div class="row">
        <${Cover} small title=${course.title} url=${course.thumbnailUrl} alt=${course.thumbnailAlt} />
        <div class="grow">
          <h2><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a></h2>
          <p class="muted" dir="auto">${course.instructor.profile.fullName}</p>
        </div>
      </div>
      <${Progress} label=${t("enrollments.progress")} value=${progressPercentage / 100} />
      ${nextLesson
        ? html`
            <div class="row">
              <p class="grow"><span class="muted">${t("enrollments.next_lesson")}</span> <b dir="auto">${nextLesson.title}</b><span class="muted">${length}</span></p>
              <a class="button primary" href=${`/courses/${course.id}/lessons/${nextLesson.id}`} aria-label=${`${onward}: ${nextLesson.title}`}>${onward}</a>
            </div>
          `
        : html`<p class="muted">${t("enrollments.nothing_open")}</p>`}
    </li>
  `;
}

/** @param {{ enrollments: Enrollment[] }} properties */
function Completed({ enrollments }) {
  return html`
    <section class="card stack">
      <h2>${t("enrollments.completed_courses")}</h2>
      <ul class="lines">
        ${enrollments.map(
          ({ id, course, completedAt, certificate }) => html`
            <li key=${id}>
              <div class="grow">
                <a href=${`/courses/${course.id}`} dir="auto">${course.title}</a>
                ${completedAt && html`<p class="muted">${t("enrollments.completed_on", { date: formatDate(completedAt, { dateStyle: "medium" }) })}</p>`}
              </div>
              ${certificate && !certificate.revokedAt && html`<a class="button small" href="/my-certificates" aria-label=${t("enrollments.certificate_of", { course: course.title })}>${t("enrollments.certificate")}</a>`}
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {{ attempts: Learning["mySubmissions"]["nodes"] }} properties */
function Attempts({ attempts }) {
  return html`
    <section class="card stack" aria-labelledby="attempts">
      <h2 id="attempts">${t("enrollments.attempts")}</h2>
      <ul class="lines">
        ${attempts.map((attempt) => {
          const { id, quiz, status, submittedAt, startedAt } = attempt;
          return html`
            <li key=${id}>
              <div class="grow">
                <a href=${status === "STARTED" ? `/quizzes/${quiz.id}/take` : `/attempts/${id}`} dir="auto">${quiz.title}</a>
                <p class="muted"><span dir="auto">${quiz.course.title}</span> · ${formatDate(submittedAt ?? startedAt)}</p>
              </div>
              <b class="tabular">${outcomeText(attempt)}</b>
            </li>
          `;
        })}
      </ul>
    </section>
  `;
}

/** @param {{ games: Learning["playedGames"]["nodes"] }} properties */
function Played({ games }) {
  return html`
    <section class="card stack">
      <h2>${t("enrollments.played_games")}</h2>
      <ul class="lines">
        ${games.map(
          ({ id, title, finishedAt, course }) => html`
            <li key=${id}>
              <div class="grow">
                <a href=${`/my-results/${id}`} dir="auto">${title}</a>
                <p class="muted">${course && html`<span dir="auto">${course.title}</span> · `}${finishedAt && formatDate(finishedAt)}</p>
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
