// A quiz while it is taken: who has begun, how far everybody is, who is connected, and what a teacher can do.

import { useEffect, useMemo, useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { useStore } from "../../app/store.js";
import { ask } from "../../kit/dialog.js";
import { Empty, Failed, Loaded, Loading } from "../../kit/states.js";
import { END_ALL, EXTEND_ALL, WATCHED_QUIZ } from "./documents.js";
import { AttemptRow } from "./attempt-row.js";
import { carryOut } from "./carry-out.js";
import { MessageDialog } from "./message-dialog.js";
import { createWatching } from "./watching.js";

const MINUTES = 5;
const TIME = () => import("../access/time-dialog.js").then(({ TimeDialog }) => TimeDialog);
const DONE = async () => {}; // the attempt itself tells its new time
const SECOND_MS = 1_000;

/** @typedef {NonNullable<import("./documents.js").WatchedQuizQuery["quiz"]>} Quiz */

/** @param {{ params: { id: string } }} properties */
export default function WatchPage({ params: { id } }) {
  const quiz = useQuery(WATCHED_QUIZ, { id });
  return html`
    <div class="wide stack watch">
      ${quiz.data === null && html`<h1 class="sr-only">${t("watch.title")}</h1>`}
      <${Loaded} query=${quiz} lines=${6}>
        ${(/** @type {import("./documents.js").WatchedQuizQuery} */ { quiz: found }) => (found ? html`<${Watched} key=${id} quiz=${found} />` : html`<h1 class="sr-only">${t("watch.title")}</h1><div class="card"><${Empty} title=${t("kit.not_found")} text=${t("errors.NOT_FOUND")} /></div>`)}
      <//>
    </div>
  `;
}

/** @param {{ quiz: Quiz }} properties */
function Watched({ quiz }) {
  const watching = useMemo(() => createWatching(quiz.id), [quiz.id]);
  const { link, problem, attempts, more } = useStore(watching.store);
  useEffect(() => watching.open(), [watching]);
  useEffect(() => {
    document.title = `${t("watch.title")}: ${quiz.title} · Stoa`;
  }, [quiz.title]);
  const now = useNow(watching.now);
  return html`
    <header class="game-heading">
      <p class="muted"><a href=${`/courses/${quiz.course.id}`} dir="auto">${quiz.course.title}</a> · <a href=${`/courses/${quiz.course.id}/lessons/${quiz.lesson.id}`} dir="auto">${quiz.lesson.title}</a></p>
      <h1><span class="muted">${t("watch.title")}:</span> <bdi>${quiz.title}</bdi></h1>
    </header>
    ${problem && html`<${Failed} failure=${new Failure({ message: problem.message, extensions: { code: problem.code } })} />`}
    ${!problem && attempts === null && html`<${Loading} lines=${6} />`}
    ${!problem && attempts !== null && html`<${Attempts} quiz=${quiz} all=${[...attempts.values()]} now=${now} more=${more} lost=${link === "lost"} />`}
  `;
}

/** The server's time, every second. @param {() => number} now */
function useNow(now) {
  const [value, set] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => set(now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [now]);
  return value;
}

/** @param {{ quiz: Quiz, all: import("./watching.js").Progress[], now: number, more: boolean, lost: boolean }} properties */
function Attempts({ quiz, all, now, more, lost }) {
  const [writing, setWriting] = useState(/** @type {{ submissionId: string | null, name: string } | null} */ (null));
  const [timed, setTimed] = useState(/** @type {import("./watching.js").Progress | null} */ (null));
  const running = all.filter(({ endedAt }) => !endedAt).sort(byName);
  const ended = all.filter(({ endedAt }) => endedAt).sort((one, other) => Number(other.endedAt) - Number(one.endedAt));
  const connected = running.filter(({ devices }) => devices > 0).length;
  const extendAll = () => carryOut(() => request(EXTEND_ALL, { quizId: quiz.id, minutes: MINUTES, commandId: randomId() }, { repeatable: true }), t("watch.extended"));
  const endAll = () => ask({ title: t("watch.end_all"), text: t("watch.end_all_text", { count: running.length }), action: t("watch.end_all"), danger: true, deed: () => request(END_ALL, { quizId: quiz.id }, { repeatable: true }) });
  return html`
    ${lost && html`<p class="hint" role="status">${t("live.reconnecting")}</p>`}
    <dl class="result-facts">
      <div class="result-fact"><dt>${t("watch.running")}</dt><dd><b>${formatNumber(running.length)}</b></dd></div>
      <div class="result-fact"><dt>${t("watch.connected")}</dt><dd><b>${formatNumber(connected)}</b></dd></div>
      <div class="result-fact"><dt>${t("watch.ended")}</dt><dd><b>${formatNumber(ended.length)}</b></dd></div>
    </dl>
    <section class="card stack" aria-labelledby="running">
      <div class="row">
        <h2 id="running" class="grow">${t("watch.running")}</h2>
        ${running.length > 0 &&
        html`
          <button type="button" class="small" onClick=${extendAll}>${t("watch.extend_all", { count: MINUTES })}</button>
          <button type="button" class="small" onClick=${() => setWriting({ submissionId: null, name: "" })}>${t("watch.message_all")}</button>
          <button type="button" class="small" onClick=${endAll}>${t("watch.end_all")}</button>
        `}
      </div>
      ${running.length === 0 ? html`<p class="muted">${t("watch.nobody")}</p>` : html`<ul class="lines">${running.map((each) => html`<${AttemptRow} key=${each.submissionId} attempt=${each} now=${now} minutes=${MINUTES} write=${() => setWriting({ submissionId: each.submissionId, name: each.studentName ?? "" })} time=${() => setTimed(each)} />`)}</ul>`}
    </section>
    ${ended.length > 0 && html`<section class="card stack" aria-labelledby="ended"><h2 id="ended">${t("watch.ended")}</h2><ul class="lines">${ended.map((each) => html`<${AttemptRow} key=${each.submissionId} attempt=${each} now=${now} minutes=${MINUTES} write=${() => {}} time=${() => {}} />`)}</ul></section>`}
    ${more && html`<p class="muted">${t("watch.more")}</p>`}
    ${writing && html`<${MessageDialog} quizId=${quiz.id} ...${writing} onClose=${() => setWriting(null)} />`}
    ${timed && html`<${Later} load=${TIME} quizId=${quiz.id} userId=${timed.studentId} name=${timed.studentName ?? t("watch.somebody")} onDone=${DONE} onClose=${() => setTimed(null)} />`}
  `;
}

/** @param {import("./watching.js").Progress} one @param {import("./watching.js").Progress} other */
function byName(one, other) {
  return (one.studentName ?? "").localeCompare(other.studentName ?? "") || one.number - other.number;
}
