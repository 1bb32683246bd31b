// What a lesson holds, or what keeps it locked.

import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { formatDuration, t } from "../../app/locale.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Icon } from "../../kit/icon.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Written } from "../../text/written.js";
import { LessonGames } from "./games.js";
import { studying } from "./locks.js";

const FILM = () => withWords(["player"], () => import("../../content/player/film.js")).then(({ LessonFilm }) => LessonFilm);

/** @typedef {import("./locks.js").Course} Course */
/** @typedef {import("./locks.js").Place} Place */
/** @typedef {Extract<import("../documents.js").LessonQuery["node"], { title: string }>} Lesson */

/** @param {{ query: any, course: Course, place: Place }} properties */
export function Content({ query, course, place }) {
  return html`
    <${Heading} place=${place} />
    <${Loaded} query=${query} lines=${8}>
      ${(/** @type {{ node: Lesson | null }} */ { node }) =>
        node === null || !("title" in node) ? html`<${Empty} title=${t("kit.not_found")} text=${t("enrollments.no_lesson_text")} />` : html`<${Parts} lesson=${node} course=${course} />`}
    <//>
  `;
}

/** @param {{ place: Place }} properties */
function Heading({ place: { lesson, status } }) {
  return html`
    <div>
      <h1 dir="auto">${lesson.title}</h1>
      <p class="row muted">
        <span>${t(`enums.lesson_type.${lesson.type}`)}</span>
        ${lesson.durationMinutes && html`<span>${formatDuration(lesson.durationMinutes * 60)}</span>`}
        ${lesson.isPreview && html`<span class="chip">${t("enrollments.preview")}</span>`}
        ${status === "COMPLETED" && html`<span class="chip good"><${Icon} name="check" />${t("enums.progress_status.COMPLETED")}</span>`}
      </p>
    </div>
  `;
}

/** @param {{ lesson: Lesson, course: Course }} properties */
function Parts({ lesson, course }) {
  const { id, description, contentText, contentUrl, video } = lesson;
  const isHidden = contentText === null && contentUrl === null && video === null && lesson.type !== "QUIZ" && course.myEnrollment === null;
  return html`
    ${description && html`<${Written} text=${description} level=${2} />`}
    ${isHidden && html`<${ForStudents} courseId=${course.id} />`}
    ${video && html`<${Later} load=${FILM} key=${video.id} lessonId=${id} />`}
    ${contentUrl && html`<${ContentLink} url=${contentUrl} type=${lesson.type} />`}
    ${contentText && html`<${Written} text=${contentText} level=${2} />`}
    ${lesson.quizzes.length > 0 && course.myEnrollment && html`<${LessonGames} courseId=${course.id} quizzes=${lesson.quizzes} isStudent=${studying(course) !== null} />`}
  `;
}

/** @param {{ courseId: string }} properties */
function ForStudents({ courseId }) {
  const isGuest = useStore(session, ({ status }) => status === "guest");
  return html`
    <${Empty} title=${t("enrollments.for_students")} text=${t("enrollments.for_students_text")}>
      <p class="row">
        <a class="button primary" href=${`/courses/${courseId}`}>${t("enrollments.to_course")}</a>
        ${isGuest && html`<a class="button" href=${`/sign-in?to=${encodeURIComponent(location.pathname)}`}>${t("nav.sign_in")}</a>`}
      </p>
    <//>
  `;
}

/**
 * What lies elsewhere opens in a tab of its own; a film of this site is shown here.
 * @param {{ url: string, type: Lesson["type"] }} properties
 */
function ContentLink({ url, type }) {
  const address = new URL(url, location.href);
  if (type === "VIDEO" && address.origin === location.origin) return html`<video class="lesson-video" controls preload="metadata" src=${address.href}></video>`;
  return html`
    <p>
      <a class="button" href=${address.href} target="_blank" rel="noopener noreferrer">${t(type === "VIDEO" ? "enrollments.open_video" : "enrollments.open_material")}</a>
      ${" "}<span class="muted" dir="ltr">${address.host}</span>
    </p>
  `;
}

/** @param {{ course: Course, place: Place }} properties */
export function Locked({ course, place }) {
  const moduleOf = (/** @type {string} */ id) => course.modules.find(({ lessons }) => lessons.some((lesson) => lesson.id === id))?.title;
  return html`
    <${Heading} place=${place} />
    <div class="stack">
      <h2>${t("enrollments.locked_title")}</h2>
      <p class="muted">${t("enrollments.locked_text", { count: place.missing.length })}</p>
      <ul class="lines">
        ${place.missing.map(
          ({ id, title }) => html`
            <li key=${id}><div class="grow"><a href=${`/courses/${course.id}/lessons/${id}`} dir="auto">${title}</a><p class="muted" dir="auto">${moduleOf(id)}</p></div></li>
          `,
        )}
      </ul>
    </div>
  `;
}
