// Taking a quiz: what it is, then the attempt, from any device where one was.

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { handedOver } from "../../app/left-sealed.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { useStore } from "../../app/store.js";
import { Empty, Failed, Loaded, Loading } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { QUIZ_TO_TAKE } from "./documents.js";
import { Paper } from "./paper.js";
import { Start } from "./start.js";
import { createTaking } from "./taking.js";

const OVER = () => import("./over.js").then(({ Over }) => Over);

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function TakeQuizPage({ params: { id }, query }) {
  const quiz = useQuery(QUIZ_TO_TAKE, { id }, { offline: true });
  return html`
    ${quiz.data === null && html`<h1 class="sr-only">${t("attempts.take")}</h1>`}
    <${Loaded} query=${quiz} lines=${8}>
      ${(/** @type {import("./documents.js").QuizToTakeQuery} */ { quiz: found }) => (found ? html`<${Quiz} key=${found.id} quiz=${found} query=${query} reload=${quiz.reload} />` : html`<${NoQuiz} />`)}
    <//>
  `;
}

function NoQuiz() {
  return html`
    <h1 class="sr-only">${t("attempts.take")}</h1>
    <div class="card medium"><${Empty} title=${t("attempts.no_quiz")} text=${t("attempts.no_quiz_text")}><p><a class="button" href="/home">${t("frame.home")}</a></p><//></div>
  `;
}

/** @param {{ quiz: import("./start.js").Quiz, query: URLSearchParams, reload: () => Promise<void> }} properties */
function Quiz({ quiz, query, reload }) {
  const running = quiz.mySubmissions.find(({ status }) => status === "STARTED");
  const [taken, setTaken] = useState(running?.id ?? null);
  useEffect(() => {
    document.title = `${quiz.title} · Stoa`;
  }, [quiz.title]);
  useEffect(() => handedOver.subscribe(() => void reload()), [reload]);
  useEffect(() => {
    if (running) setTaken(running.id);
  }, [running]);
  const gone = useCallback(() => {
    setTaken(null);
    reload();
  }, [reload]);
  const begun = (/** @type {string} */ id) => {
    setTaken(id);
    reload(); // so that a reload without a connection finds it too
  };
  if (taken === null) return html`<div class="medium stack"><${Start} quiz=${quiz} begun=${begun} /></div>`;
  return html`<${Attempt} key=${taken} id=${taken} query=${query} gone=${gone} />`;
}

/** @param {{ id: string, query: URLSearchParams, gone: () => void }} properties `gone`: it was over before it was shown. */
function Attempt({ id, query, gone }) {
  const taking = useMemo(() => createTaking(id), [id]);
  const state = useStore(taking.store);
  useEffect(() => {
    const leave = taking.attend();
    taking.load().then(() => taking.store.get().quiz?.attempt.endedAt && !taking.isUnsaved() && taking.store.get().sealed === null && gone());
    OVER().catch(() => {}); // there may be no connection at the end
    return () => leave().then(() => taking.isUnsaved() && taking.store.get().kept && toast(t("attempts.kept_on_leaving")));
  }, [taking, gone]);
  if (state.quiz === null) return html`<div class="medium">${state.unread ? html`<${Failed} failure=${state.unread} retry=${taking.load} />` : html`<${Loading} lines=${8} />`}</div>`;
  if (state.quiz.attempt.endedAt !== null) return html`<div class="medium"><${Later} load=${OVER} taking=${taking} state=${state} /></div>`;
  return html`<div class="wide attempt"><${Paper} taking=${taking} state=${state} query=${query} /></div>`;
}
