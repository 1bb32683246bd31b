// The fields to answer each type of question.

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { BlankAnswers, PairAnswers, TextAnswer, blanksIn } from "./answer-fields.js";
import { filledIn, keepFilledIn } from "./filled-in.js";
import { LATER } from "./later-fields.js";
import { OptionContent, choicesOf, chosenOf, colourClass, firstOrder } from "./options.js";

/**
 * @typedef {import("./wire.js").Question} Question
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {object} FormProperties
 * @property {Question} question
 * @property {number[]} [order] Option ids as this player sees them.
 * @property {Answer | null} given The answer so far.
 * @property {boolean} locked It has been given.
 * @property {boolean} [waiting] Nothing may be sent now, as in a pause.
 * @property {(answer: Answer) => void} send
 * @property {import("preact/hooks").MutableRef<Answer | null>} [atEnd] What may be sent when the time is over.
 */

/** @param {FormProperties} properties */
export function AnswerForm(properties) {
  const { liveQuizId, index } = properties.question;
  const Form = FORMS[properties.question.questionType] ?? TextForm;
  return html`<${Form} key=${`${liveQuizId}/${index}`} ...${properties} />`;
}

/**
 * What is filled in and not sent survives a reload of this tab, in a game.
 * @template T
 * @param {FormProperties} properties
 * @param {T} empty
 * @returns {[T, (next: T) => void]} While it is locked, what was given.
 */
function useFilledIn({ question, given, locked }, empty) {
  const [value, setValue] = useState(() => /** @type {T} */ (filledIn(question) ?? empty));
  const change = (/** @type {T} */ next) => {
    setValue(next);
    keepFilledIn(question, next);
  };
  return [locked && given !== null ? /** @type {any} */ (given) : value, change];
}

/** @param {FormProperties} properties */
function ChoiceForm(properties) {
  const { question, order, locked, waiting = false, send } = properties;
  const choices = choicesOf(question, order);
  const [filled, fill] = useFilledIn(properties, /** @type {unknown[]} */ ([]));
  const chosen = chosenOf(/** @type {any} */ (filled));
  const tap = (/** @type {import("./options.js").Choice} */ choice) => {
    if (locked || waiting) return;
    if (typeof choice.value === "boolean") send(choice.value);
    else if (!question.multiple) send([choice.id]);
    else fill(chosen.has(choice.value) ? [...chosen].filter((value) => value !== choice.value) : [...chosen, choice.value]);
  };
  useDigits((digit) => choices[digit - 1] && tap(choices[digit - 1]));
  const none = chosen.size === 0 && question.noneAllowed === true;
  useAtEnd(properties, /** @type {any} */ (question.multiple && chosen.size > 0 ? [...chosen] : null));
  return html`
    <div class="stack">
      ${question.multiple && html`<p class="muted">${question.noneAllowed ? t("live.several_or_none") : t("live.several")}</p>`}
      <div class=${`options ${choices.length > 1 ? "two" : ""}`} role="group" aria-label=${t("live.options")}>
        ${choices.map((choice, position) => {
          const picked = chosen.has(choice.value);
          return html`
            <button
              key=${choice.id}
              type="button"
              class=${`option ${colourClass(choice)} ${picked ? "chosen" : locked ? "other" : ""}`}
              aria-pressed=${picked ? "true" : "false"}
              aria-disabled=${locked || waiting ? "true" : undefined}
              data-option=${choice.id}
              onClick=${() => tap(choice)}
            >
              <${OptionContent} choice=${choice} position=${position}>
                ${position < 9 && html`<span class="key" aria-hidden="true">${position + 1}</span>`}
              <//>
            </button>
          `;
        })}
      </div>
      ${question.multiple && !locked && html`<${Send} inactive=${waiting || (chosen.size === 0 && !none)} onClick=${() => send(/** @type {any} */ ([...chosen]))}>${none ? t("live.none_of_these") : t("live.send")}<//>`}
    </div>
  `;
}

/** @param {FormProperties} properties @param {Answer | null} answer */
function useAtEnd({ atEnd, locked }, answer) {
  useEffect(() => {
    if (atEnd) atEnd.current = locked ? null : answer;
  });
}

/** The keys 1 to 9 choose, except while somebody types. @param {(digit: number) => void} choose */
function useDigits(choose) {
  const latest = useRef(choose);
  latest.current = choose;
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      const typing = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^[1-9]$/.test(event.key)) latest.current(Number(event.key));
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** @param {{ inactive: boolean, onClick?: () => void, children: any }} properties */
function Send({ inactive, onClick, children }) {
  const press = (/** @type {Event} */ event) => {
    if (inactive) event.preventDefault();
    else onClick?.();
  };
  return html`<button type=${onClick ? "button" : "submit"} class="primary big full" aria-disabled=${inactive ? "true" : undefined} onClick=${press}>${children}</button>`;
}

/** @param {FormProperties & { children: any, complete: boolean, answer: () => Answer }} properties */
function Fields(properties) {
  const { question, locked, waiting = false, send, complete, answer, children } = properties;
  const [tried, setTried] = useState(false);
  useAtEnd(properties, complete && filledIn(question) !== null ? answer() : null);
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    if (locked || waiting) return;
    setTried(!complete);
    if (complete) send(answer());
    else event.target.querySelector(":invalid")?.focus();
  };
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      ${children}
      ${tried && !complete && html`<p class="error" role="alert">${t("live.incomplete")}</p>`}
      ${!locked && html`<${Send} inactive=${waiting}>${t("live.send")}<//>`}
    </form>
  `;
}

/** @param {FormProperties} properties */
function TextForm(properties) {
  const [text, setText] = useFilledIn(properties, "");
  return html`
    <${Fields} ...${properties} complete=${text.trim() !== ""} answer=${() => text}>
      <${TextAnswer} question=${properties.question} locked=${properties.locked} value=${text} change=${setText} />
    <//>
  `;
}

/** @param {FormProperties} properties */
function BlanksForm(properties) {
  const { question, locked } = properties;
  const [texts, setTexts] = useFilledIn(properties, /** @type {string[]} */ (Array(blanksIn(question)).fill("")));
  return html`
    <${Fields} ...${properties} complete=${true} answer=${() => texts}>
      <${BlankAnswers} question=${question} locked=${locked} value=${texts} change=${setTexts} />
    <//>
  `;
}

/** @param {FormProperties} properties */
function MatchingForm(properties) {
  const { question, order, locked } = properties;
  const [chosen, setChosen] = useFilledIn(properties, /** @type {(number | null)[]} */ ((question.prompts ?? []).map(() => null)));
  return html`
    <${Fields} ...${properties} complete=${chosen.every((each) => each !== null)} answer=${() => chosen}>
      <${PairAnswers} question=${question} order=${order} locked=${locked} value=${chosen} change=${setChosen} required />
    <//>
  `;
}

/** @param {FormProperties} properties */
function NumberForm(properties) {
  const [text, setText] = useFilledIn(properties, "");
  return html`
    <${Fields} ...${properties} complete=${text.trim() !== ""} answer=${() => text}>
      <${Later} load=${LATER.number} question=${properties.question} locked=${properties.locked} value=${text} change=${setText} />
    <//>
  `;
}

/** @param {FormProperties} properties */
function OrderForm(properties) {
  const { question, order, locked } = properties;
  const [ids, setIds] = useFilledIn(properties, /** @type {number[] | null} */ (null));
  return html`
    <${Fields} ...${properties} complete=${true} answer=${() => ids ?? firstOrder(question, order)}>
      <${Later} load=${LATER.order} question=${question} order=${order} locked=${locked} value=${ids} change=${setIds} />
    <//>
  `;
}

/** @param {FormProperties} properties */
function PlacesForm(properties) {
  const [marks, setMarks] = useFilledIn(properties, /** @type {number[]} */ ([]));
  return html`
    <${Fields} ...${properties} complete=${marks.length > 0} answer=${() => marks}>
      <${Later} load=${LATER.places} question=${properties.question} locked=${properties.locked} value=${marks} change=${setMarks} />
    <//>
  `;
}

/** @type {Record<import("./wire.js").QuestionType, (properties: FormProperties) => any>} */
const FORMS = {
  multiple_choice: ChoiceForm,
  true_false: ChoiceForm,
  short_answer: TextForm,
  essay: TextForm,
  fill_blank: BlanksForm,
  matching: MatchingForm,
  numeric: NumberForm,
  ordering: OrderForm,
  hotspot: PlacesForm,
};
