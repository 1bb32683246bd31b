// The question as players and the projector will show it, drawn by the pages of the game themselves.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { Tabs } from "../../kit/tabs.js";
import { AnswerForm } from "../live/answer-form.js";
import { Asked, AskedToAnswer } from "../live/asked.js";
import { ShownOptions, isChoice } from "../live/options.js";
import { LATER } from "../live/later-fields.js";
import { useShown } from "./shown.js";

/** @typedef {import("../live/wire.js").Question} Shown */

/**
 * @param {object} properties
 * @param {import("./form.js").Form} properties.form
 * @param {number} properties.index
 * @param {number} properties.total
 */
export function Preview({ form, index, total }) {
  const [screen, setScreen] = useState(/** @type {"phone" | "projector"} */ ("phone"));
  const question = useShown(form, index, total);
  const tabs = [
    { name: "phone", label: t("quiz.phone") },
    { name: "projector", label: t("quiz.projector") },
  ];
  return html`
    <section class="preview" aria-label=${t("quiz.preview")}>
      <${Tabs} label=${t("quiz.preview")} tabs=${tabs} selected=${screen} onSelect=${setScreen}>
        ${question && (screen === "phone" ? html`<${Phone} question=${question} />` : html`<${Projector} question=${question} />`)}
      <//>
    </section>
  `;
}

/** What is tried here goes nowhere. @param {{ question: Shown }} properties */
export function Phone({ question }) {
  const [given, setGiven] = useState(/** @type {any} */ (null));
  const key = JSON.stringify([question.questionType, question.options?.length, question.prompts?.length, question.blanks, question.multiple, question.marks]);
  return html`
    <div class="screen phone stack">
      <${AskedToAnswer} question=${question} />
      <${AnswerForm} key=${key} question=${question} given=${given} locked=${false} send=${setGiven} />
    </div>
  `;
}

/** @param {{ question: Shown }} properties */
export function Projector({ question }) {
  return html`
    <div class="screen projector stack">
      <${Asked} question=${question} />
      ${isChoice(question) && html`<${ShownOptions} question=${question} />`}
      ${question.questionType === "hotspot" && html`<${Later} load=${LATER.picture} question=${question} />`}
      ${question.questionType === "ordering" && html`<ul class="prompts">${question.options?.map(({ id, text }) => html`<li key=${id} dir="auto">${text}</li>`)}</ul>`}
      ${question.questionType === "matching" && html`<ul class="prompts">${question.prompts?.map((prompt, n) => html`<li key=${n} dir="auto">${prompt}</li>`)}</ul>`}
    </div>
  `;
}
