// The grading desk: answers that wait for a person, one after the other, by keyboard alone if one likes.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { session } from "../../app/session.js";
import { recall, remember } from "../../app/storage.js";
import { useStore } from "../../app/store.js";
import { rightsOf } from "../../courses/rights.js";
import { SwitchField } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { TabLinks } from "../../kit/tabs.js";
import { AllAttempts } from "./all-attempts.js";
import { Desk } from "./desk.js";
import { GRADING_DESK } from "./documents.js";
import { byQuestion, byStudent, waitingForAnother } from "./queue.js";
import { ResultsBar } from "./results-bar.js";

const SEALED_LIST = () => import("./sealed-list.js").then(({ SealedList }) => SealedList);
const ANONYMOUS = "stoa.grading-anonymous";
const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @typedef {NonNullable<import("./documents.js").GradingDeskQuery["quiz"]>} Quiz */

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function GradingPage({ params: { id }, query }) {
  const pages = usePages(GRADING_DESK, { id }, ({ quiz }) => quiz?.submissions ?? NONE);
  return html`
    <div class="medium stack grading">
      ${pages.data === null && html`<h1 class="sr-only">${t("grading.title")}</h1>`}
      <${Loaded} query=${pages} lines=${8}>
        ${(/** @type {import("./documents.js").GradingDeskQuery} */ { quiz }) => (quiz ? html`<${Shown} quiz=${quiz} pages=${pages} query=${query} />` : html`<${NoQuiz} />`)}
      <//>
    </div>
  `;
}

function NoQuiz() {
  return html`<h1 class="sr-only">${t("grading.title")}</h1><div class="card"><${Empty} title=${t("grading.no_quiz")} text=${t("grading.no_quiz_text")}><p><a class="button" href="/home">${t("frame.home")}</a></p><//></div>`;
}

/** @param {{ quiz: Quiz, pages: any, query: URLSearchParams }} properties */
function Shown({ quiz, pages, query }) {
  const { id, title, course, lesson } = quiz;
  const view = query.get("view") ?? "questions";
  const mayDecide = useStore(session, ({ user }) => rightsOf(course, user).mayEdit);
  const [anonymous, setAnonymous] = useState(() => recall("localStorage", ANONYMOUS) === true);
  useEffect(() => {
    document.title = `${t("grading.title")}: ${title} · Stoa`;
  }, [title]);
  const hide = (/** @type {boolean} */ on) => {
    remember("localStorage", ANONYMOUS, on);
    setAnonymous(on);
  };
  const address = `/quizzes/${id}/grading`;
  const tabs = [
    { href: address, label: t("grading.by_question"), current: view === "questions", count: undefined },
    { href: `${address}?view=students`, label: t("grading.by_student"), current: view === "students", count: undefined },
    { href: `${address}?view=all`, label: t("grading.all_attempts"), current: view === "all", count: undefined },
  ];
  const forAnother = waitingForAnother(pages.nodes);
  const items = view === "students" ? byStudent(pages.nodes) : byQuestion(pages.nodes);
  return html`
    <header class="game-heading">
      <p class="muted"><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · <a href=${`/courses/${course.id}/lessons/${lesson.id}`} dir="auto">${lesson.title}</a></p>
      <h1><span class="muted">${t("grading.title")}:</span> <bdi>${title}</bdi></h1>
    </header>
    ${mayDecide && html`<${ResultsBar} quiz=${quiz} reload=${pages.reload} />`}
    <${Later} load=${SEALED_LIST} quizId=${id} />
    <${TabLinks} label=${t("grading.views")} tabs=${tabs} />
    ${view === "all"
      ? html`<${AllAttempts} quizId=${id} />`
      : html`
          <${SwitchField} label=${t("grading.anonymous")} checked=${anonymous} onChange=${hide} />
          ${forAnother > 0 && html`<p class="hint" role="status">${t("grading.for_another", { count: forAnother })}</p>`}
          ${items.length === 0
            ? html`<div class="card"><${Empty} title=${t("grading.none_waits")} text=${t("grading.none_waits_text")}><p><button type="button" onClick=${pages.reload}>${t("grading.look_again")}</button></p><//></div>`
            : html`<${Desk} key=${view} quizId=${id} items=${items} anonymous=${anonymous} reload=${pages.reload} />`}
          ${pages.more && html`<p class="muted">${t("grading.more_wait", { count: pages.total ?? 0 })}</p><${LoadMore} pages=${pages} />`}
        `}
  `;
}
