// Before a live game: how it shall be played, and its first question as all will see it.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useDraft } from "../../app/draft.js";
import { useQuery } from "../../app/query.js";
import { request, session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { Empty, Failed, Loaded } from "../../kit/states.js";
import { QUIZ_TO_START } from "../documents.js";
import { START_LIVE_QUIZ } from "../live/documents.js";
import { formOf } from "../editor/form.js";
import { lacksOf } from "../editor/input.js";
import { forbidden, teaches } from "../editor/teaching.js";
import { Preview } from "../editor/preview.js";
import { USUAL, inputOf, startKey, started } from "./config.js";
import { ConfigForm } from "./config-form.js";

/** @typedef {NonNullable<import("../documents.js").QuizToStartQuery["quiz"]>} Quiz */

/** @param {{ params: { id: string } }} properties */
export default function StartPage({ params }) {
  const query = useQuery(QUIZ_TO_START, { id: params.id });
  const { user } = useStore(session);
  return html`
    <div class="wide">
      <${Loaded} query=${query} lines=${6}>
        ${(/** @type {import("../documents.js").QuizToStartQuery} */ { quiz }) =>
          quiz === null ? html`<${Empty} title=${t("kit.not_found")} text=${t("frame.no_such_page_text")} />` : teaches(quiz, user) ? html`<${Start} quiz=${quiz} />` : html`<${Failed} failure=${forbidden()} />`}
      <//>
    </div>
  `;
}

/** @param {{ quiz: Quiz }} properties */
function Start({ quiz }) {
  const editor = `/quizzes/${quiz.id}/edit`;
  const [chosen, setConfig, { discard }] = useDraft("live-config", USUAL, { quiet: true });
  const config = { ...USUAL, ...chosen };
  const { submit, busy, failure } = useSubmit(async () => {
    const input = inputOf(config);
    const idempotencyKey = startKey(quiz.id, input);
    const { startLiveQuiz } = await request(START_LIVE_QUIZ, { quizId: quiz.id, config: input, idempotencyKey }, { repeatable: true });
    started();
    location.assign(`/host?game=${encodeURIComponent(startLiveQuiz.id)}`); // a page of its own, for the projector
  });
  const unfinished = quiz.questions.filter((question) => question.problems !== null || lacksOf(formOf(question, question.id)).length > 0);
  const running = quiz.course.liveQuizzes.filter((game) => game.quiz?.id === quiz.id);
  const [first] = quiz.questions;
  return html`
    <div class="stack">
      <div>
        <p class="muted"><a href=${`/courses/${quiz.course.id}`} dir="auto">${quiz.course.title}</a> · <span dir="auto">${quiz.lesson.title}</span></p>
        <h1 dir="auto">${quiz.title}</h1>
        <p class="muted">${t("quiz.found", { count: quiz.questions.length })} · <a href=${editor}>${t("quiz.edit_quiz")}</a></p>
      </div>
      ${running.map((game) => html`<p class="hint" key=${game.id}><span class="grow">${t("quiz.running")}</span> <a class="button small" href=${`/host?game=${game.id}`}>${t("quiz.take_up")}</a></p>`)}
      ${first === undefined
        ? html`<div class="card"><${Empty} title=${t("quiz.no_questions")} text=${t("errors.QUIZ_EMPTY")}><p><a class="button primary" href=${editor}>${t("quiz.edit_quiz")}</a></p><//></div>`
        : html`
            <div class="start-panes">
              <form class="card stack" novalidate onSubmit=${submit}>
                <h2>${t("quiz.how_to_play")}</h2>
                <${Unfinished} questions=${unfinished} all=${quiz.questions} editor=${editor} />
                <${ConfigForm} config=${config} change=${(/** @type {Partial<typeof config>} */ part) => setConfig((before) => ({ ...USUAL, ...before, ...part }))} failure=${failure} />
                <${FormError} failure=${failure} />
                <${SubmitButton} busy=${busy}>${t("quiz.open_lobby")}<//>
                <div><button type="button" class="small quiet" onClick=${discard}>${t("quiz.usual_settings")}</button></div>
              </form>
              <section class="stack">
                <h2>${t("quiz.first_question")}</h2>
                <${Preview} form=${formOf(first, first.id)} index=${0} total=${quiz.questions.length} />
              </section>
            </div>
          `}
    </div>
  `;
}

/** What has to be finished first, with the way there. @param {{ questions: Quiz["questions"], all: Quiz["questions"], editor: string }} properties */
function Unfinished({ questions, all, editor }) {
  if (questions.length === 0) return null;
  return html`
    <div class="hint lacking" role="status">
      <div>
        <strong>${t("errors.QUIZ_INCOMPLETE")}</strong>
        <ul>${questions.map((question) => html`<li key=${question.id}><a href=${`${editor}?question=${question.id}`}>${all.indexOf(question) + 1}. <bdi>${question.questionText.trim() || t("quiz.untitled")}</bdi></a></li>`)}</ul>
      </div>
    </div>
  `;
}
