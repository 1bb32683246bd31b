// One answer, or a group of alike ones, at a time; then the next that waits.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { Progress } from "../../kit/progress.js";
import { RichText } from "../../text/rich-text.js";
import { AnswerText } from "../results/answers.js";
import { HistoryDetails } from "./history-details.js";
import { isDisputed } from "./queue.js";
import { MarkForm } from "./mark-form.js";

const BOTH_GRADES = () => import("./both-grades.js").then(({ BothGrades }) => BothGrades);

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./mark-form.js").Filled & { points: number }} Mark */

/** @param {{ quizId: string, items: Item[], anonymous: boolean, reload: () => Promise<void> }} properties */
export function Desk({ quizId, items, anonymous, reload }) {
  const [queue] = useState(items); // its order stays while one grades
  const all = [...queue, ...items.filter(({ key }) => !queue.some((item) => item.key === key))];
  const [done, setDone] = useState(/** @type {Record<string, Mark>} */ ({}));
  const [at, setAt] = useState(0);
  const item = all[Math.min(at, all.length - 1)];
  const count = Object.keys(done).length;
  useEffect(() => { // what has come since, such as what a second grade has made to be decided
    const open = all.findIndex(({ key }) => !(key in done));
    if (item.key in done && open !== -1) setAt(open);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only where the list has changed
  }, [items]);
  const go = (/** @type {number} */ to) => to >= 0 && to < all.length && setAt(to);
  const graded = (/** @type {Mark} */ mark) => {
    const now = { ...done, [item.key]: mark };
    setDone(now);
    const next = [...all.keys()].map((n) => (at + 1 + n) % all.length).find((n) => !(all[n].key in now));
    announce(t("grading.saved"));
    if (next === undefined) reload();
    else setAt(next);
  };
  return html`
    <section class="card stack" aria-label=${t("grading.desk")}>
      <${Progress} label=${t("grading.progress")} value=${count / all.length} text=${t("kit.shown_of", { shown: count, total: all.length })} />
      <${Asked} item=${item} />
      <${Given} item=${item} anonymous=${anonymous} />
      <${MarkForm} key=${item.key} quizId=${quizId} item=${item} mark=${done[item.key] ?? null} graded=${graded} next=${() => go(at + 1)} previous=${() => go(at - 1)} />
      <${Shortcuts} />
    </section>
  `;
}

/** @param {{ item: Item }} properties */
function Asked({ item: { question, key } }) {
  /** @type {import("preact/hooks").MutableRef<HTMLHeadingElement | null>} */
  const heading = useRef(null);
  const first = useRef(true);
  useLayoutEffect(() => {
    if (!first.current && document.activeElement === document.body) heading.current?.focus();
    first.current = false;
  }, [key]);
  return html`
    <div class="stack">
      <h2 ref=${heading} tabindex="-1" class="graded-question"><${RichText} html=${question.questionHtml} text=${question.questionText} inline /></h2>
      ${question.rightAnswer !== null && html`<details><summary>${t("grading.right_answer")}</summary><div class="said"><${AnswerText} asked=${question} value=${question.rightAnswer} right /></div></details>`}
    </div>
  `;
}

/** @param {{ item: Item, anonymous: boolean }} properties */
function Given({ item: { question, given }, anonymous }) {
  const names = given.map(({ submission }) => submission.student.profile.fullName);
  return html`
    <div class="stack">
      <p class="muted">${given.length > 1 ? t("grading.alike", { count: given.length }) : anonymous ? t("grading.somebody") : html`<bdi>${names[0]}</bdi>`}</p>
      <div class="essay-text" data-graded><${AnswerText} asked=${question} value=${question.answer} /></div>
      ${isDisputed(question) && html`<${Later} key=${`${given[0].submission.id} both`} load=${BOTH_GRADES} submissionId=${given[0].submission.id} questionId=${question.questionId} most=${Number(question.most)} />`}
      ${given.length === 1 && html`<${HistoryDetails} key=${`${given[0].submission.id} ${question.gradeCount}`} submissionId=${given[0].submission.id} questionId=${question.questionId} />`}
      ${given.length > 1 && !anonymous && html`<details><summary>${t("grading.who")}</summary><ul class="parts">${given.map(({ submission }, n) => html`<li key=${submission.id}><bdi>${names[n]}</bdi></li>`)}</ul></details>`}
    </div>
  `;
}

function Shortcuts() {
  const keys = [
    ["Enter", t("grading.key_save")],
    ["F", t("grading.key_full")],
    ["N", t("grading.key_none")],
    ["1 … 9", t("grading.key_level")],
    ["S", t("grading.key_similar")],
    ["P", t("grading.key_passage")],
    ["J", t("grading.key_next")],
    ["K", t("grading.key_previous")],
    ["C", t("grading.key_comment")],
    [`${t("grading.ctrl")}+Enter`, t("grading.key_save_comment")],
  ];
  return html`
    <details class="shortcuts">
      <summary>${t("grading.shortcuts")}</summary>
      <p class="muted">${t("grading.shortcuts_text")}</p>
      <dl class="keys">${keys.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
    </details>
  `;
}
