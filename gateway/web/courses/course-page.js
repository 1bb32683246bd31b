// A course as everybody sees it: what it holds, who teaches it, what others say, and the way into it.

import { useEffect } from "preact/hooks";
import { html } from "../app/html.js";
import { Later, withWords } from "../app/later.js";
import { formatDate, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { go } from "../app/router.js";
import { session } from "../app/session.js";
import { useStore } from "../app/store.js";
import { Avatar } from "../kit/avatar.js";
import { Chip } from "../kit/chip.js";
import { Cover } from "../kit/cover.js";
import { Stars } from "../kit/stars.js";
import { Loaded, Loading } from "../kit/states.js";
import { Written } from "../text/written.js";
import { Contents } from "./course-contents.js";
import { Entry } from "./course-entry.js";
import { COURSE_BY_SLUG, COURSE_PAGE } from "./documents.js";
import { Notice } from "./notice.js";
import { rightsOf } from "./rights.js";
import { STATUS_KINDS, isFull, priceText, studentsText } from "./wording.js";

/** @typedef {NonNullable<import("./documents.js").CoursePageQuery["course"]>} Course */

const loadGames = () => import("./games-played.js").then(({ GamesPlayed }) => GamesPlayed);
const loadMaterials = () => withWords(["content"], () => import("../content/materials.js")).then(({ CourseMaterials }) => CourseMaterials);
const loadReviews = () => import("./reviews.js").then(({ Reviews }) => Reviews);
const loadQuizzes = () => import("./quizzes.js").then(({ CourseQuizzes }) => CourseQuizzes);

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param {{ params: { id: string }, query: URLSearchParams }} properties `id` may be the slug. */
export default function CoursePage({ params, query }) {
  const { status } = useStore(session);
  if (status === "unknown") return html`<div class="wide"><${Loading} /></div>`; // a guest sees something else
  return ID.test(params.id) ? html`<${ById} id=${params.id} query=${query} />` : html`<${BySlug} slug=${params.id} />`;
}

/** @param {{ slug: string }} properties */
function BySlug({ slug }) {
  const found = useQuery(COURSE_BY_SLUG, { slug });
  const id = found.data?.courseBySlug?.id;
  useEffect(() => {
    if (id) go(`/courses/${id}${location.search}`, { replace: true });
  }, [id]);
  return html`<div class="wide"><${Loaded} query=${found}>${() => (id ? html`<${Loading} />` : html`<${NoCourse} />`)}<//></div>`;
}

/** @param {{ id: string, query: URLSearchParams }} properties */
function ById({ id, query }) {
  const page = useQuery(COURSE_PAGE, { id }, { offline: true });
  return html`
    <div class="wide">
      ${page.data === null && html`<h1 class="sr-only">${t("courses.course")}</h1>`}
      <${Loaded} query=${page} lines=${8}>
        ${(/** @type {import("./documents.js").CoursePageQuery} */ { course }) => (course ? html`<${Shown} course=${course} query=${query} reload=${page.reload} />` : html`<${NoCourse} />`)}
      <//>
    </div>
  `;
}

function NoCourse() {
  return html`<${Notice} title=${t("courses.no_such")} text=${t("courses.no_such_text")} href="/courses" way=${t("nav.courses")} />`;
}

/** @param {{ course: Course, query: URLSearchParams, reload: () => Promise<void> }} properties */
function Shown({ course, query, reload }) {
  const { myEnrollment: enrollment } = course;
  const user = useStore(session, ({ user: person }) => person);
  const rights = rightsOf(course, user);
  const isStudent = enrollment !== null && enrollment.removedAt === null && enrollment.status !== "DROPPED";
  useEffect(() => {
    document.title = `${course.title} · Stoa`;
  }, [course.title]);
  return html`
    <article class="course-page">
      <header class="stack">
        ${course.status !== "PUBLISHED" && html`<p class="hint" role="status">${t(course.status === "ARCHIVED" ? "courses.archived_text" : "courses.draft_text")}</p>`}
        <div class="row">
          <h1 class="grow course-title"><span dir="auto">${course.title}</span></h1>
          ${rights.seesEverything && html`<a class="button" href=${`/courses/${course.id}/edit`}>${t(rights.mayEdit ? "courses.edit" : "courses.open_as_assistant")}</a>`}
        </div>
        <p class="row course-facts">
          ${course.status !== "PUBLISHED" && html`<${Chip} kind=${STATUS_KINDS[course.status]}>${t(`enums.course_status.${course.status}`)}<//>`}
          <${Chip}>${course.category}<//><${Chip}>${t(`enums.difficulty.${course.difficulty}`)}<//><${Chip} kind="brandy">${priceText(course.price)}<//>
          ${isFull(course) && html`<${Chip} kind="warn">${t("courses.full")}<//>`}
          <${Stars} value=${course.averageRating} count=${course.totalReviews} />
          <span class="muted">${studentsText(course)}</span>
        </p>
      </header>
      <aside class="stack">
        <${Entry} course=${course} rights=${rights} reload=${reload} />
        <${Teachers} course=${course} />
      </aside>
      <div class="stack course-body">
        <section class="card stack" aria-labelledby="about">
          <h2 id="about">${t("courses.about")}</h2>
          <${Cover} title=${course.title} url=${course.thumbnailUrl} alt=${course.thumbnailAlt} />
          <${Written} text=${course.description} />
          <p class="muted">${t("courses.changed", { date: formatDate(course.updatedAt, { dateStyle: "medium" }) })}</p>
        </section>
        <${Contents} course=${course} isOpen=${isStudent || rights.seesEverything} previewed=${query.get("lesson")} />
        ${(isStudent || rights.seesEverything) && html`<${Later} load=${loadMaterials} courseId=${course.id} />`}
        ${isStudent && html`<${Later} load=${loadQuizzes} courseId=${course.id} />`}
        ${user && html`<${Later} load=${loadGames} courseId=${course.id} />`}
        <${Later} load=${loadReviews} courseId=${course.id} own=${course.myReview} isStudent=${isStudent} reload=${reload} />
      </div>
    </article>
  `;
}

/** @param {{ course: Course }} properties */
function Teachers({ course }) {
  return html`
    <section class="card stack" aria-labelledby="teachers">
      <h2 id="teachers">${t("courses.teachers", { count: course.teachers.length })}</h2>
      <ul class="stack">
        ${course.teachers.map(
          ({ id, profile }) => html`
            <li key=${id} class="row person">
              <${Avatar} name=${profile.fullName} url=${profile.avatarUrl} size=${44} />
              <div class="grow"><b dir="auto">${profile.fullName}</b>${profile.bio && html`<p class="muted" dir="auto">${profile.bio}</p>`}</div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
