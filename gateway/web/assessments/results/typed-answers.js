// What was typed for a question, in groups, and what a teacher decides to count as right too.

import { useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { failureText, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { ask } from "../../kit/dialog.js";
import { CheckField, SelectField } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { Changes } from "./changes.js";
import { ACCEPT_ANSWER, REMOVE_ACCEPTED_ANSWER, TYPED_ANSWERS } from "./documents.js";
import { CountBar } from "./share-bar.js";

/**
 * @typedef {import("./documents.js").TypedAnswersQuery["liveQuizTypedAnswers"]} Typed
 * @typedef {Typed["groups"][number]} Group
 * @typedef {import("./changes.js").Rescored} Rescored
 * @typedef {{ answer: string, removed: boolean, rescored: Rescored }} Decision
 * @typedef {{ game: string, question: import("./questions.js").Question, mayDecide: boolean, onChanged: () => Promise<unknown> }} Properties
 */

/** @param {Properties} properties */
export function TypedAnswers({ game, question, mayDecide, onChanged }) {
  const [blank, setBlank] = useState(0);
  const blanks = question.type === "FILL_BLANK" && Array.isArray(question.rightAnswer) ? question.rightAnswer.length : 1;
  return html`
    <div class="stack">
      ${blanks > 1 && html`<div class="sort-field"><${SelectField} label=${t("results.which_blank")} value=${String(blank)} options=${Array.from({ length: blanks }, (_, n) => [String(n), t("results.blank", { number: n + 1 })])} onChange=${(/** @type {string} */ value) => setBlank(Number(value))} /></div>`}
      <${OfBlank} key=${blank} game=${game} question=${question} blank=${blank} mayDecide=${mayDecide} onChanged=${onChanged} />
    </div>
  `;
}

/** @param {Properties & { blank: number }} properties */
function OfBlank({ game, question, blank, mayDecide, onChanged }) {
  const variables = { id: game, index: question.index, blank };
  const typed = useQuery(TYPED_ANSWERS, variables);
  const [decision, setDecision] = useState(/** @type {Decision | null} */ (null));
  const decided = async (/** @type {Decision} */ made) => {
    setDecision(made);
    toast(t(made.removed ? "results.taken_back" : "results.accepted"));
    await Promise.all([typed.reload(), onChanged()]);
  };
  const takeBack = async (/** @type {string} */ answer) => {
    try {
      const done = await request(REMOVE_ACCEPTED_ANSWER, { ...variables, answer });
      await decided({ answer, removed: true, rescored: done.removeAcceptedAnswer });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(failureText(error), { kind: "bad" });
    }
  };
  const accept = async (/** @type {Group} */ { answer, count }) => {
    let addToQuiz = false;
    /** @type {Rescored | null} */
    let rescored = null;
    const deed = async () => {
      rescored = (await request(ACCEPT_ANSWER, { ...variables, answer, addToQuiz })).acceptAnswer;
    };
    const text = html`<p>${t("results.accept_text", { answer, count })}</p><${AddToQuiz} onChange=${(/** @type {boolean} */ yes) => { addToQuiz = yes; }} />`;
    if (await ask({ title: t("results.accept"), text, action: t("results.accept"), deed }) && rescored) await decided({ answer, removed: false, rescored });
  };
  const accepted = question.acceptedAnswers.filter((each) => each.blank === blank);
  return html`
    <${Loaded} query=${typed}>
      ${(/** @type {import("./documents.js").TypedAnswersQuery} */ { liveQuizTypedAnswers }) => html`
        <div class="stack">
          ${decision && html`<${Changes} ...${decision} />`}
          ${accepted.length > 0 && html`<${Accepted} answers=${accepted.map(({ answer }) => answer)} onTakeBack=${mayDecide ? takeBack : null} />`}
          <${Groups} typed=${liveQuizTypedAnswers} onAccept=${mayDecide ? accept : null} />
        </div>
      `}
    <//>
  `;
}

/** @param {{ onChange: (yes: boolean) => void }} properties */
function AddToQuiz({ onChange }) {
  const [checked, setChecked] = useState(false);
  const change = (/** @type {boolean} */ yes) => {
    setChecked(yes);
    onChange(yes);
  };
  return html`<${CheckField} label=${t("results.add_to_quiz")} checked=${checked} onChange=${change} />`;
}

/** @param {{ answers: string[], onTakeBack: ((answer: string) => void) | null }} properties */
function Accepted({ answers, onTakeBack }) {
  return html`
    <div>
      <p class="muted">${t("results.counted_too")}</p>
      <ul class="lines">
        ${answers.map((answer) => html`<li key=${answer}><b class="grow" dir="auto">${answer}</b>${onTakeBack && html`<button type="button" class="small" aria-label=${t("results.take_back_answer", { answer })} onClick=${() => onTakeBack(answer)}>${t("results.take_back")}</button>`}</li>`)}
      </ul>
    </div>
  `;
}

/** @param {{ typed: Typed, onAccept: ((group: Group) => void) | null }} properties */
function Groups({ typed: { groups, distinct, others }, onAccept }) {
  if (groups.length === 0) return html`<p class="muted">${t("results.nothing_typed")}</p>`;
  const most = groups[0].count;
  return html`
    <ul class="count-bars typed-bars">
      ${groups.map(
        (group) => html`
          <${CountBar} key=${group.answer} label=${html`<bdi>${group.answer}</bdi>`} count=${group.count} most=${most} right=${group.correct}>
            ${onAccept && group.correct === false && html`<button type="button" class="small" aria-label=${t("results.accept_answer", { answer: group.answer })} onClick=${() => onAccept(group)}>${t("results.accept")}</button>`}
          <//>
        `,
      )}
    </ul>
    ${others > 0 && html`<p class="muted">${t("results.others", { count: others, distinct })}</p>`}
  `;
}
