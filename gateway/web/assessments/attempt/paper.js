// A running attempt: its questions, one at a time or all on one page, the overview and the time.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { useLeaveGuard } from "../../app/draft.js";
import { online } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { failureText, formatDate, t } from "../../app/locale.js";
import { go, setQuery } from "../../app/router.js";
import { recall, remember } from "../../app/storage.js";
import { useStore } from "../../app/store.js";
import { ask } from "../../kit/dialog.js";
import { toast } from "../../kit/toast.js";
import { fetchFields } from "../live/later-fields.js";
import { asked } from "./answering.js";
import { useFlags } from "./flags.js";
import { Overview } from "./overview.js";
import { AttemptQuestion } from "./question.js";
import { StillOpen } from "./submitting.js";
import { TimeLeft, useSecondsLeft } from "./time-left.js";
import { useViewed } from "./viewed.js";

const MODE = "stoa.attempt-mode";

/** @typedef {import("./taking.js").Taking} Taking */
/** @typedef {import("./taking.js").State} State */

/** @param {{ taking: Taking, state: State, query: URLSearchParams }} properties */
export function Paper({ taking, state, query }) {
  const { quiz, sheet } = state;
  const { title, questions: taken, attempt } = /** @type {import("./wire.js").TakenQuiz} */ (quiz);
  const questions = useMemo(() => taken.map((each, n) => asked(each, taking.id, n)), [taken, taking]);
  const [flags, flag] = useFlags(taking.id);
  const [mode, setMode] = useState(() => (recall("localStorage", MODE) === "all" ? "all" : "one"));
  const seconds = useSecondsLeft(attempt.deadlineAt, taking.now);
  const locked = seconds === 0;
  const hadLimit = useRef(attempt.deadlineAt !== null);
  useEffect(() => {
    if (hadLimit.current && attempt.deadlineAt === null) toast(t("attempts.no_more_limit"));
    hadLimit.current = attempt.deadlineAt !== null;
  }, [attempt.deadlineAt]);
  const index = Math.min(questions.length, Math.max(1, Number(query.get("question")) || 1)) - 1;
  const shown = mode === "all" ? questions : [questions[index]];
  const list = useViewed(shown.map(({ id }) => id), taking);
  useLeaveGuard(!state.kept);
  useEffect(fetchFields, []);

  const show = (/** @type {number} */ to) => {
    if (mode === "one") setQuery({ question: String(to + 1) }, { replace: true });
    else headingOf(to)?.scrollIntoView({ block: "start" });
    focusSoon(to);
  };
  const choose = (/** @type {string} */ next) => {
    remember("localStorage", MODE, next);
    setMode(next);
  };
  const submit = async () => {
    const text = html`<${StillOpen} questions=${questions} sheet=${taking.store.get().sheet} flags=${flags} />`;
    const done = await ask({ title: t("attempts.submit_title"), text, action: t("attempts.submit"), cancel: t("attempts.go_back"), deed: taking.submit });
    if (!done) return;
    announce(t("attempts.submitted"));
    go(`/attempts/${taking.id}`, { replace: true, forced: true });
  };
  return html`
    <header class="attempt-bar">
      <h1 class="grow ellipsis" dir="auto">${title}</h1>
      ${seconds !== null && attempt.deadlineAt !== null && html`<${TimeLeft} seconds=${seconds} deadlineAt=${attempt.deadlineAt} now=${taking.now} />`}
      <${Saving} state=${state} retry=${taking.flush} />
    </header>
    <${Messages} messages=${state.messages} />
    ${state.devices > 1 && html`<p class="hint" role="status">${t("attempts.devices", { count: state.devices })}</p>`}
    ${locked && html`<p class="banner" role="status">${t(upWord(state))}</p>`}
    <div class="attempt-columns">
      <div class="stack" ref=${list}>
        <div class="row mode" role="group" aria-label=${t("attempts.mode")}>
          <button type="button" class="small" aria-pressed=${mode === "one" ? "true" : "false"} onClick=${() => choose("one")}>${t("attempts.one_by_one")}</button>
          <button type="button" class="small" aria-pressed=${mode === "all" ? "true" : "false"} onClick=${() => choose("all")}>${t("attempts.all_on_one")}</button>
        </div>
        ${shown.map((question) => html`<${AttemptQuestion} key=${question.id} question=${question} total=${questions.length} taking=${taking} state=${state} locked=${locked} flagged=${flags.has(question.id)} flag=${() => flag(question.id)} aloud=${mode === "one"} />`)}
        ${mode === "one" &&
        html`
          <nav class="row" aria-label=${t("attempts.other_questions")}>
            ${index > 0 && html`<button type="button" onClick=${() => show(index - 1)}>${t("attempts.previous")}</button>`}
            <span class="grow"></span>
            ${index + 1 < questions.length && html`<button type="button" class="primary" onClick=${() => show(index + 1)}>${t("attempts.next")}</button>`}
          </nav>
        `}
      </div>
      <aside class="stack">
        <${Overview} questions=${questions} sheet=${sheet} flags=${flags} current=${mode === "one" ? index : null} show=${show} />
        <p><button type="button" class=${`full ${mode === "all" || index + 1 === questions.length ? "primary big" : ""}`} aria-disabled=${locked ? "true" : undefined} onClick=${() => locked || submit()}>${t("attempts.submit")}</button></p>
      </aside>
    </div>
  `;
}

/** At the end of the time: what becomes of what is not sent. @param {State} state @returns {import("../../app/locale.js").Word} */
function upWord({ sheet, saving }) {
  if (saving !== "failed" || Object.keys(sheet.own).length === 0) return "attempts.time_is_up";
  return isSecureContext ? "attempts.time_is_up_sealed" : "attempts.time_is_up_unsent";
}

/** What the teacher has said; each is said aloud when it comes. @param {{ messages: State["messages"] }} properties */
function Messages({ messages }) {
  const last = messages[messages.length - 1];
  return html`
    <div role="log" aria-label=${t("attempts.messages")}>
      ${last && html`<div class="said attempt-message" key=${last.messageId}><b>${t("attempts.message")}</b> <span class="muted">${formatDate(last.at, { timeStyle: "short" })}</span><p class="plain-text" dir="auto">${last.text}</p></div>`}
    </div>
  `;
}

/** @param {number} index @returns {HTMLElement | null} */
function headingOf(index) {
  return document.getElementById(`question-${index + 1}`);
}

/** Where one goes, the focus goes too. @param {number} index */
function focusSoon(index) {
  requestAnimationFrame(() => headingOf(index)?.focus({ preventScroll: false }));
}

/** @param {{ state: State, retry: () => void }} properties */
function Saving({ state: { sheet, saving, failure, kept }, retry }) {
  const reached = useStore(online);
  const count = Object.keys(sheet.own).length;
  const last = useRef("");
  const trouble = count > 0 && (!reached || (saving === "failed" && failure !== null));
  useEffect(() => {
    const said = trouble ? "trouble" : count === 0 ? "saved" : last.current;
    if (last.current === "trouble" && said === "saved") announce(t("attempts.all_saved"));
    last.current = said;
  }, [trouble, count]);
  if (count === 0) return html`<span class="attempt-saving" data-saving="saved">${t("attempts.all_saved")}</span>`;
  if (!trouble) return html`<span class="attempt-saving" data-saving="saving">${t("attempts.saving")}</span>`;
  const why = failure && !failure.unanswered ? ` ${failureText(failure)}` : "";
  return html`
    <span class="attempt-saving warn" role="status" data-saving="kept">
      ${kept ? t("attempts.kept_count", { count }) : t("attempts.not_kept")}${why}
      ${reached && html` <button type="button" class="small" onClick=${retry}>${t("kit.retry")}</button>`}
    </span>
  `;
}
