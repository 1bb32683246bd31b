// Who may take a quiz besides being in its course, and students who have another time in it.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Empty, Loaded } from "../../kit/states.js";
import { teaches } from "../editor/teaching.js";
import { QUIZ_ACCESS } from "./documents.js";
import { NetworksForm } from "./networks-form.js";
import { PasswordForm } from "./password-form.js";
import { Students } from "./students.js";

/** @typedef {NonNullable<import("./documents.js").QuizAccessQuery["quiz"]>} Quiz */

const OPEN = { hasPassword: false, networks: [], invitedOnly: false, invited: [] };

/** @param {{ params: { id: string } }} properties */
export default function AccessPage({ params: { id } }) {
  const query = useQuery(QUIZ_ACCESS, { id });
  return html`
    <div class="medium stack quiz-access">
      ${query.data === null && html`<h1 class="sr-only">${t("access.title")}</h1>`}
      <${Loaded} query=${query} lines=${8}>
        ${(/** @type {import("./documents.js").QuizAccessQuery} */ { quiz }) => (quiz ? html`<${Access} quiz=${quiz} reload=${query.reload} />` : html`<${NoQuiz} />`)}
      <//>
    </div>
  `;
}

function NoQuiz() {
  return html`<h1 class="sr-only">${t("access.title")}</h1><div class="card"><${Empty} title=${t("kit.not_found")} text=${t("errors.NOT_FOUND")} /></div>`;
}

/** @param {{ quiz: Quiz, reload: () => Promise<void> }} properties */
function Access({ quiz, reload }) {
  const { id, title, course, lesson } = quiz;
  const mayChange = teaches(quiz, useStore(session).user);
  const access = quiz.access ?? OPEN;
  useEffect(() => {
    document.title = `${t("access.title")}: ${title} · Stoa`;
  }, [title]);
  return html`
    <header class="game-heading">
      <p class="muted"><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · <a href=${`/courses/${course.id}/lessons/${lesson.id}`} dir="auto">${lesson.title}</a></p>
      <h1><span class="muted">${t("access.title")}:</span> <bdi>${title}</bdi></h1>
      <p class="muted">${t("access.about")}</p>
    </header>
    ${mayChange && html`<${PasswordForm} quizId=${id} has=${access.hasPassword} reload=${reload} />`}
    ${mayChange && html`<${NetworksForm} quizId=${id} networks=${access.networks} reload=${reload} />`}
    <${Students} quiz=${quiz} access=${access} mayChange=${mayChange} reload=${reload} />
  `;
}
