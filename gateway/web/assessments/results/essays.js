// Answers that only a person can score: read one after the other, with points and a word for the player.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, NumberField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Tabs } from "../../kit/tabs.js";
import { toast } from "../../kit/toast.js";
import { RichText } from "../../text/rich-text.js";
import { ESSAYS, SCORE_ESSAY } from "./documents.js";

/**
 * @typedef {{ points: number | null, feedback: string }} Score
 * @typedef {import("./documents.js").EssaysQuery["liveQuizEssays"]["nodes"][number]} Essay
 * @typedef {{ game: string, question: import("./questions.js").Question, most: number, mayDecide: boolean, onChanged: () => Promise<unknown> }} Properties
 */

/** @param {Properties} properties */
export function Essays({ game, question, most, mayDecide, onChanged }) {
  const [shown, setShown] = useState(question.unscored > 0 ? "waiting" : "scored");
  const tabs = [{ name: "waiting", label: t("results.waiting") }, { name: "scored", label: t("results.scored") }];
  return html`
    <div class="stack">
      ${question.guidance && html`<div class="said"><b>${t("results.guidance")}</b> <${RichText} text=${question.guidance} /></div>`}
      <${Tabs} label=${t("results.which_essays")} tabs=${tabs} selected=${shown} onSelect=${setShown}>
        <${List} key=${shown} scored=${shown === "scored"} game=${game} question=${question} most=${most} mayDecide=${mayDecide} onChanged=${onChanged} />
      <//>
    </div>
  `;
}

/** @param {Properties & { scored: boolean }} properties */
function List({ game, question, most, scored, mayDecide, onChanged }) {
  const essays = usePages(ESSAYS, { id: game, index: question.index, scored }, ({ liveQuizEssays }) => liveQuizEssays);
  return html`
    <${Loaded} query=${essays}>
      ${() =>
        essays.nodes.length === 0
          ? html`<${Empty} title=${t(scored ? "results.none_scored" : "results.none_waiting")} />`
          : html`
              <ol class="stack essays">
                ${essays.nodes.map((essay) => html`<${EssayItem} key=${essay.playerId} game=${game} question=${question} most=${most} essay=${essay} mayDecide=${mayDecide} onChanged=${onChanged} />`)}
              </ol>
              <${LoadMore} pages=${essays} />
            `}
    <//>
  `;
}

/** @param {{ game: string, question: Properties["question"], most: number, essay: Essay, mayDecide: boolean, onChanged: Properties["onChanged"] }} properties */
function EssayItem({ game, question, most, essay, mayDecide, onChanged }) {
  return html`
    <li class="essay stack">
      <h3 dir="auto">${essay.nickname}</h3>
      <p class="plain-text essay-text" dir="auto">${String(essay.answer)}</p>
      ${mayDecide
        ? html`<${ScoreForm} game=${game} question=${question} most=${most} essay=${essay} onChanged=${onChanged} />`
        : essay.correct !== null && html`<p>${t("results.points", { count: essay.points })}${essay.feedback && html` · <bdi>${essay.feedback}</bdi>`}</p>`}
    </li>
  `;
}

/** @param {{ game: string, question: Properties["question"], most: number, essay: Essay, onChanged: Properties["onChanged"] }} properties */
function ScoreForm({ game, question: { index }, most, essay, onChanged }) {
  const { playerId, nickname } = essay;
  const [saved, setSaved] = useState({ points: essay.correct === null ? null : essay.points, feedback: essay.feedback ?? "" });
  const [draft, setDraft, { discard }] = useDraft(`essay.${game}.${index}.${playerId}`, /** @type {Score | null} */ (null));
  const shown = draft ?? saved;
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { points, feedback } = shown;
    await request(SCORE_ESSAY, { id: game, index, playerId, points: Number(points), feedback: feedback.trim() || null });
    setSaved({ points, feedback: feedback.trim() });
    discard();
    toast(t("results.essay_saved", { name: nickname }));
    await onChanged();
  });
  const set = (/** @type {Partial<Score>} */ next) => setDraft((before) => ({ ...(before ?? saved), ...next }));
  return html`
    <form class="stack" novalidate aria-label=${t("results.score_of", { name: nickname })} onSubmit=${submit}>
      <div class="row score-row">
        <${NumberField} label=${t("results.points_of", { most })} value=${shown.points} min=${0} max=${most} step=${0.01} name="points" required error=${errorOf("points")} onChange=${(/** @type {number | null} */ points) => set({ points })} />
        <button type="button" class="small" onClick=${() => set({ points: 0 })}>${t("results.no_points")}</button>
        <button type="button" class="small" onClick=${() => set({ points: most })}>${t("results.full_points")}</button>
      </div>
      <${TextField} multiline class="short-text" label=${t("results.feedback")} hint=${t("results.feedback_hint")} value=${shown.feedback} error=${errorOf("feedback")} onChange=${(/** @type {string} */ feedback) => set({ feedback })} />
      <${FormError} failure=${failure} shownFields=${["points", "feedback"]} />
      <div class="row"><${SubmitButton} busy=${busy} class="primary small">${t("results.save_score")}<//>${saved.points !== null && html`<span class="chip good">${t("results.scored_with", { count: saved.points })}</span>`}</div>
    </form>
  `;
}
