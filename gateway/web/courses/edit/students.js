// Who is in the course, and how far they are.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { formatDate, formatNumber, formatPercent, language, t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { request } from "../../app/session.js";
import { Avatar } from "../../kit/avatar.js";
import { Chip } from "../../kit/chip.js";
import { ask } from "../../kit/dialog.js";
import { SelectField } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";
import { Menu } from "../../kit/menu.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { toast } from "../../kit/toast.js";
import { READMIT_STUDENT, STUDENTS } from "../documents.js";
import { studentsText } from "../wording.js";

/** @typedef {import("../documents.js").StudentsQuery["courseEnrollments"]["nodes"][number]} Enrollment */

const REMOVE = () => import("./student-dialogs.js").then(({ RemoveDialog }) => RemoveDialog);
const EXTRA_TIME = () => import("./student-dialogs.js").then(({ ExtraTimeDialog }) => ExtraTimeDialog);
const STATUSES = /** @type {const} */ (["ACTIVE", "COMPLETED", "DROPPED"]);

/** @param {import("./page.js").TabProperties} properties */
export function Students({ course, mayChange, page, query }) {
  const status = STATUSES.find((each) => each === query.get("status")) ?? null;
  const wanted = query.get("q") ?? "";
  const students = usePages(STUDENTS, { courseId: course.id, status }, ({ courseEnrollments }) => courseEnrollments);
  const reload = () => Promise.all([students.reload(), page.reload()]);
  useAllOf(students, wanted !== "");
  const shown = students.nodes.filter(({ student }) => fits(student.profile.fullName, wanted));
  const found = wanted && !students.more ? t("courses.students", { count: shown.length }) : "";
  return html`
    <section class="card stack" aria-labelledby="students">
      <div class="row"><h2 id="students" class="grow">${t("courses.tab_students")}</h2><span class="muted">${studentsText(course)}</span></div>
      <div class="filters">
        <${SearchField} label=${t("courses.find_student")} value=${wanted} onSearch=${(/** @type {string} */ q) => setQuery({ q })} found=${found} />
        <${SelectField} label=${t("courses.state")} value=${status ?? ""} onChange=${(/** @type {string} */ next) => setQuery({ status: next }, { replace: false })} options=${[["", t("courses.any")], ...STATUSES.map((each) => [each, t(`enums.enrollment_status.${each}`)])]} />
      </div>
      <${Loaded} query=${students}>
        ${() => html`
          ${shown.length === 0 ? html`<${Empty} title=${t(wanted || status ? "courses.no_student_found" : "courses.no_students")} text=${wanted || status ? undefined : t("courses.no_students_text")}>${!wanted && !status && mayChange && html`<p><a class="button" href=${`/courses/${course.id}/edit/invite`}>${t("courses.tab_invite")}</a></p>`}<//>` : html`<${StudentTable} course=${course} enrollments=${shown} mayChange=${mayChange} reload=${reload} />`}
          ${!wanted && html`<${LoadMore} pages=${students} />`}
        `}
      <//>
    </section>
  `;
}

/**
 * Fetch every page while something is searched for: the server does not search here.
 * @param {import("../../kit/pager.js").Pages<any, any>} pages
 * @param {boolean} wanted
 */
function useAllOf({ nodes, more, loadingMore, moreFailed, loadMore }, wanted) {
  const isNext = wanted && more && !loadingMore && !moreFailed;
  useEffect(() => {
    if (isNext) loadMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each page that came
  }, [isNext, nodes.length]);
}

/**
 * @param {string} name
 * @param {string} wanted
 */
function fits(name, wanted) {
  const plain = (/** @type {string} */ text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase(language.get());
  return plain(wanted).split(/\s+/).every((word) => plain(name).includes(word));
}

/** @param {{ course: import("./page.js").Course, enrollments: readonly Enrollment[], mayChange: boolean, reload: () => Promise<unknown> }} properties */
function StudentTable({ course, enrollments, mayChange, reload }) {
  const [open, setOpen] = useState(/** @type {{ what: "remove" | "time", enrollment: Enrollment } | null} */ (null));
  const readmit = async (/** @type {Enrollment} */ { id, student }) => {
    const deed = () => request(READMIT_STUDENT, { enrollmentId: id }, {});
    if (!(await ask({ title: t("courses.readmit_title", { name: student.profile.fullName }), text: t("courses.readmit_text"), action: t("courses.readmit"), deed }))) return;
    toast(t("courses.readmitted"));
    await reload();
  };
  const itemsOf = (/** @type {Enrollment} */ enrollment) => [
    { label: t("courses.extra_time"), onSelect: () => setOpen({ what: "time", enrollment }) },
    enrollment.removedAt ? { label: t("courses.readmit"), onSelect: () => readmit(enrollment) } : { label: t("courses.remove_student"), danger: true, onSelect: () => setOpen({ what: "remove", enrollment }) },
  ];
  const close = () => setOpen(null);
  const done = async () => {
    close();
    await reload();
  };
  return html`
    <${Table} caption=${t("courses.tab_students")} captionHidden rows=${enrollments} keyOf=${(/** @type {Enrollment} */ { id }) => id} columns=${[...COLUMNS(), ...(mayChange ? [{ name: "actions", label: t("courses.actions"), actions: true, cell: (/** @type {Enrollment} */ each) => html`<${Menu} label=${t("courses.more_for", { title: each.student.profile.fullName })} button=${html`<${Icon} name="more" />`} classes="quiet icon" items=${itemsOf(each)} />` }] : [])]} />
    ${open?.what === "remove" && html`<${Later} load=${REMOVE} enrollment=${open.enrollment} onDone=${done} onClose=${close} />`}
    ${open?.what === "time" && html`<${Later} load=${EXTRA_TIME} courseId=${course.id} enrollment=${open.enrollment} onDone=${done} onClose=${close} />`}
  `;
}

/** @returns {import("../../kit/table.js").Column<Enrollment>[]} */
function COLUMNS() {
  const day = (/** @type {string | null} */ moment) => (moment ? formatDate(moment, { dateStyle: "medium" }) : "–");
  return [
    { name: "name", label: t("courses.student"), heads: true, value: ({ student }) => student.profile.fullName, cell: ({ student, extraTime, unlimitedTime }) => html`<span class="row person"><${Avatar} name=${student.profile.fullName} url=${student.profile.avatarUrl} /> <span dir="auto">${student.profile.fullName}</span>${extraTime !== null && extraTime > 1 && html`<${Chip}>${t("courses.time_factor", { factor: formatNumber(extraTime) })}<//>`}${unlimitedTime && html`<${Chip}>${t("courses.unlimited_time")}<//>`}</span>` },
    { name: "progress", label: t("courses.progress"), number: true, value: ({ progressPercentage }) => progressPercentage, cell: ({ progressPercentage }) => formatPercent(progressPercentage / 100) },
    { name: "state", label: t("courses.state"), cell: (each) => html`<${StateCell} enrollment=${each} />` },
    { name: "enrolled", label: t("courses.enrolled_on"), value: ({ enrolledAt }) => enrolledAt, cell: ({ enrolledAt }) => day(enrolledAt) },
    { name: "seen", label: t("courses.last_seen"), value: ({ lastAccessedAt }) => lastAccessedAt, cell: ({ lastAccessedAt }) => day(lastAccessedAt) },
  ];
}

/** @param {{ enrollment: Enrollment }} properties */
function StateCell({ enrollment }) {
  if (!enrollment.removedAt) return html`<${Chip} kind=${enrollment.status === "COMPLETED" ? "good" : "plain"}>${t(`enums.enrollment_status.${enrollment.status}`)}<//>`;
  return html`<span><${Chip} kind="bad">${t("courses.removed")}<//> <span class="muted" dir="auto">${enrollment.removalReason}</span></span>`;
}
