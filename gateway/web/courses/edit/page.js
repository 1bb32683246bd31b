// The editor of a course, a tab at a time. Each has an address.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Chip } from "../../kit/chip.js";
import { Loaded } from "../../kit/states.js";
import { TabLinks } from "../../kit/tabs.js";
import { EDIT_COURSE } from "../documents.js";
import { Notice } from "../notice.js";
import { rightsOf } from "../rights.js";
import { STATUS_KINDS } from "../wording.js";
import { Curriculum } from "./curriculum.js";
import { Details } from "./details.js";
import { Publish } from "./publish.js";
import { Students } from "./students.js";
import { Team } from "./team.js";

/**
 * @typedef {NonNullable<import("../documents.js").EditCourseQuery["course"]>} Course
 * @typedef {object} TabProperties
 * @property {Course} course
 * @property {import("../rights.js").Rights} rights
 * @property {boolean} mayChange Also whether the course is not archived.
 * @property {import("../../app/query.js").Query<import("../documents.js").EditCourseQuery>} page
 * @property {URLSearchParams} query
 */

const MATERIALS = () => withWords(["content"], () => import("../../content/edit/materials.js")).then(({ Materials }) => Materials);
const FILMS = () => withWords(["content", "films"], () => import("../../content/films/library.js")).then(({ Films }) => Films);
const WAYS_IN = () => import("./ways-in.js").then(({ WaysIn }) => WaysIn);

/** @param {TabProperties} properties */
function MaterialsTab({ course, mayChange }) {
  return html`<${Later} load=${MATERIALS} courseId=${course.id} mayChange=${mayChange} />`;
}

/** @param {TabProperties} properties */
function FilmsTab({ course, mayChange }) {
  return html`<${Later} load=${FILMS} courseId=${course.id} mayChange=${mayChange} />`;
}

/** @param {TabProperties} properties */
function WaysInTab(properties) {
  return html`<${Later} load=${WAYS_IN} ...${properties} />`;
}

/** @type {readonly [string, import("../../app/locale.js").Word, (properties: TabProperties) => any][]} */
const TABS = [
  ["details", "courses.tab_details", Details],
  ["curriculum", "courses.tab_curriculum", Curriculum],
  ["films", "courses.tab_films", FilmsTab],
  ["materials", "courses.tab_materials", MaterialsTab],
  ["students", "courses.tab_students", Students],
  ["invite", "courses.tab_invite", WaysInTab],
  ["team", "courses.tab_team", Team],
  ["publish", "courses.tab_publish", Publish],
];

/** @param {{ params: { id: string, tab?: string }, query: URLSearchParams }} properties */
export default function EditCourse({ params, query }) {
  const page = useQuery(EDIT_COURSE, { id: params.id });
  const user = useStore(session, ({ user: person }) => person);
  return html`
    <div class="wide">
      ${page.data === null && html`<h1 class="sr-only">${t("courses.edit")}</h1>`}
      <${Loaded} query=${page} lines=${8}>
        ${(/** @type {import("../documents.js").EditCourseQuery} */ { course }) => {
          const rights = course && rightsOf(course, user);
          if (!course || !rights?.seesEverything) return html`<${NotYours} exists=${course !== null} id=${params.id} />`;
          return html`<${Editor} course=${course} rights=${rights} page=${page} tab=${params.tab} query=${query} />`;
        }}
      <//>
    </div>
  `;
}

/** @param {{ exists: boolean, id: string }} properties */
function NotYours({ exists, id }) {
  if (exists) return html`<${Notice} title=${t("frame.forbidden")} text=${t("courses.not_yours_text")} href=${`/courses/${id}`} way=${t("courses.look")} />`;
  return html`<${Notice} title=${t("courses.no_such")} text=${t("courses.no_such_text")} href="/home" way=${t("frame.home")} />`;
}

/** @param {{ course: Course, rights: import("../rights.js").Rights, page: TabProperties["page"], tab: string | undefined, query: URLSearchParams }} properties */
function Editor({ course, rights, page, tab, query }) {
  const [chosen, word, Tab] = TABS.find(([name]) => name === tab) ?? TABS[0];
  const mayChange = rights.mayEdit && course.status !== "ARCHIVED";
  const title = `${course.title} · ${t(word)}`;
  useEffect(() => {
    document.title = `${title} · Stoa`;
  }, [title]);
  return html`
    <div class="stack">
      <div class="row">
        <h1 class="grow course-title"><span dir="auto">${course.title}</span></h1>
        <${Chip} kind=${STATUS_KINDS[course.status]}>${t(`enums.course_status.${course.status}`)}<//>
        <a class="button small" href=${`/courses/${course.id}`}>${t("courses.look")}</a>
      </div>
      ${course.status === "ARCHIVED" && html`<p class="hint" role="status">${t("courses.archived_edit_text")}</p>`}
      ${!rights.mayEdit && html`<p class="hint" role="status">${t("courses.assistant_text")}</p>`}
      <${TabLinks} label=${t("courses.edit")} tabs=${TABS.map(([name, label]) => ({ href: `/courses/${course.id}/edit/${name}`, label: t(label), current: name === chosen }))} />
      <${Tab} course=${course} rights=${rights} mayChange=${mayChange} page=${page} query=${query} />
    </div>
  `;
}
