// What happened in one attempt, line by line, in the viewer's time zone, and how long its student was away.

import { useEffect, useMemo } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, formatNumber, t } from "../../app/locale.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { awayIn } from "./away.js";
import { ATTEMPT_LOG } from "./documents.js";
import { detailOf, lengthText } from "./lines.js";

/**
 * @typedef {NonNullable<import("./documents.js").AttemptLogQuery["quizSubmission"]>} Submission
 * @typedef {import("./documents.js").AttemptLogQuery["quizAttemptLog"]["entries"][number]} Entry
 */

/** @param {{ params: { id: string } }} properties */
export default function AttemptLogPage({ params: { id } }) {
  const pages = usePages(ATTEMPT_LOG, { id }, ({ quizAttemptLog: { entries, hasNextPage, endCursor } }) => ({ nodes: entries, pageInfo: { hasNextPage, endCursor } }));
  return html`
    <div class="medium stack attempt-log">
      ${pages.data === null && html`<h1 class="sr-only">${t("log.title")}</h1>`}
      <${Loaded} query=${pages} lines=${8}>
        ${(/** @type {import("./documents.js").AttemptLogQuery} */ { quizSubmission }) => (quizSubmission ? html`<${Log} submission=${quizSubmission} pages=${pages} />` : html`<${NoAttempt} />`)}
      <//>
    </div>
  `;
}

function NoAttempt() {
  return html`<h1 class="sr-only">${t("log.title")}</h1><div class="card"><${Empty} title=${t("kit.not_found")} text=${t("errors.NOT_FOUND")} /></div>`;
}

/** @param {{ submission: Submission, pages: any }} properties */
function Log({ submission, pages }) {
  const { quiz, student, attemptNumber, status } = submission;
  const { course, lesson } = quiz;
  const name = student.profile.fullName;
  useEffect(() => {
    document.title = `${t("log.title")}: ${name} · Stoa`;
  }, [name]);
  /** @type {readonly Entry[]} */
  const entries = pages.nodes;
  const away = useMemo(() => awayIn(entries), [entries]);
  const people = useMemo(() => new Map([course.instructor, ...course.teachers, ...course.assistants].map(({ id, profile }) => [id, profile.fullName])), [course]);
  return html`
    <header class="game-heading">
      <p class="muted"><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · <a href=${`/courses/${course.id}/lessons/${lesson.id}`} dir="auto">${lesson.title}</a> · <a href=${`/quizzes/${quiz.id}/watch`} dir="auto">${quiz.title}</a></p>
      <h1><span class="muted">${t("log.title")}:</span> <bdi>${name}</bdi></h1>
      <p class="muted">${t("quizzes.attempt", { number: attemptNumber })}${status === "SUBMITTED" && html` · <a href=${`/attempts/${submission.id}`}>${t("quizzes.to_result")}</a>`}</p>
    </header>
    <dl class="result-facts">
      <div class="result-fact"><dt>${t("log.away")}</dt><dd><b>${lengthText(away.total)}</b></dd></div>
      <div class="result-fact"><dt>${t("log.times_away")}</dt><dd><b>${formatNumber(away.times)}</b></dd></div>
    </dl>
    ${pages.more && html`<p class="muted">${t("log.so_far")}</p>`}
    <p class="muted">${t("log.about")}</p>
    <section class="card stack" aria-label=${t("log.title")}>
      <ol class="log-lines">${entries.map((entry, index) => html`<${Line} key=${index} entry=${entry} day=${dayBefore(entries, index)} away=${away.until.get(index) ?? null} people=${people} />`)}</ol>
      ${pages.more ? html`<${LoadMore} pages=${pages} />` : status === "STARTED" && html`<div><button type="button" onClick=${pages.reload}>${t("log.look_again")}</button></div>`}
    </section>
  `;
}

/** The day that begins with this line; null within a day. @param {readonly Entry[]} entries @param {number} index */
function dayBefore(entries, index) {
  const day = (/** @type {Entry} */ { at }) => formatDate(at, { dateStyle: "full" });
  const own = day(entries[index]);
  return index > 0 && day(entries[index - 1]) === own ? null : own;
}

/** @param {{ entry: Entry, day: string | null, away: number | null, people: ReadonlyMap<string, string> }} properties */
function Line({ entry, day, away, people }) {
  const { at, kind, questionNumber, by } = entry;
  const detail = detailOf(entry);
  return html`
    ${day !== null && html`<li class="log-day muted">${day}</li>`}
    <li data-kind=${kind}>
      <time class="muted tabular" datetime=${at}>${formatDate(at, { timeStyle: "medium" })}</time>
      <div class="grow">
        <p><b>${t(`log.kind.${kind}`)}</b>${questionNumber !== null && html` · ${t("log.question", { number: questionNumber })}`}${by && people.has(by) && html` · <bdi>${people.get(by)}</bdi>`}</p>
        ${detail && html`<p class="log-detail" dir="auto">${detail}</p>`}
        ${away !== null && html`<p class="muted">${t("log.was_away", { time: lengthText(away) })}</p>`}
      </div>
    </li>
  `;
}
