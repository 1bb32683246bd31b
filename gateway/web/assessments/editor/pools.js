// Pools of a quiz: which questions are drawn from together, and how many of them.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, NumberField, SelectField, TextField, useSubmit } from "../../kit/form.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { QUIZ_POOLS, SET_QUIZ_POOLS } from "../documents.js";

/**
 * @typedef {NonNullable<import("../documents.js").QuizPoolsQuery["quiz"]>} Quiz
 * @typedef {{ key: number, name: string, draw: number | null }} Pool
 * @typedef {{ pools: Pool[], of: Record<string, number | undefined> }} Draft `of`: the key of each question's pool.
 */

const MAX_POOLS = 50;
const MAX_NAME = 100;
/** Characters of a question by which it is told from others. */
const MAX_SHOWN = 120;
const FORM = "pools";

/**
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {() => Promise<void>} properties.onSaved
 * @param {() => void} properties.onClose
 */
export function PoolsDialog({ quizId, onSaved, onClose }) {
  const found = useQuery(QUIZ_POOLS, { id: quizId });
  const quiz = found.data?.quiz ?? null;
  const footer = html`
    <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
    <button type="submit" form=${FORM} class="primary">${t("quiz.pools_save")}</button>
  `;
  return html`
    <${Dialog} title=${t("quiz.pools")} size="large" onClose=${onClose} footer=${footer}>
      <p class="muted">${t("quiz.pools_text")}</p>
      <${Loaded} query=${found}>
        ${() => (quiz === null || quiz.questions.length === 0 ? html`<${Empty} title=${t("quiz.no_questions")} />` : html`<${PoolsForm} key=${quiz.revision} quiz=${quiz} onSaved=${onSaved} onClose=${onClose} />`)}
      <//>
    <//>
  `;
}

/** @param {{ quiz: Quiz, onSaved: () => Promise<void>, onClose: () => void }} properties */
function PoolsForm({ quiz, onSaved, onClose }) {
  const [saved] = useState(() => draftOf(quiz));
  const [draft, setDraft, { discard }] = useDraft(`pools.${quiz.id}.${quiz.revision}`, saved);
  const { pools, of } = draft;
  const problems = pools.map((pool) => problemOf(pool, quiz, of));
  const saving = useSubmit(async () => {
    if (problems.some((word) => word !== null)) return;
    await request(SET_QUIZ_POOLS, { quizId: quiz.id, pools: pools.map((pool) => inputOf(pool, quiz, of)), expectedRevision: quiz.revision }, { repeatable: true });
    discard();
    await onSaved();
    toast(t("quiz.pools_saved"));
    onClose();
  });
  const change = (/** @type {number} */ key, /** @type {Partial<Pool>} */ part) => setDraft((before) => ({ ...before, pools: before.pools.map((pool) => (pool.key === key ? { ...pool, ...part } : pool)) }));
  const add = () =>
    setDraft((before) => {
      const key = Math.max(0, ...before.pools.map((pool) => pool.key)) + 1;
      return { ...before, pools: [...before.pools, { key, name: t("quiz.pool_new", { number: key }), draw: 1 }] };
    });
  const remove = (/** @type {number} */ key) =>
    setDraft((before) => ({ pools: before.pools.filter((pool) => pool.key !== key), of: Object.fromEntries(Object.entries(before.of).filter(([, pool]) => pool !== key)) }));
  return html`
    <form id=${FORM} class="stack" onSubmit=${saving.submit}>
      <${FormError} failure=${saving.failure} shownFields=${pools.map((_, n) => `pools[${n}].name`)} />
      ${pools.map((pool, n) => html`<${PoolFields} key=${pool.key} pool=${pool} total=${membersOf(pool, quiz, of).length} problem=${problems[n]} error=${saving.errorOf(`pools[${n}].name`)} onChange=${change} onRemove=${remove} />`)}
      ${pools.length < MAX_POOLS && html`<p><button type="button" class="small" onClick=${add}>${t("quiz.pool_add")}</button></p>`}
      ${pools.length > 0 && html`<${Members} quiz=${quiz} draft=${draft} onPut=${(/** @type {string} */ id, /** @type {number | undefined} */ key) => setDraft((before) => ({ ...before, of: { ...before.of, [id]: key } }))} />`}
    </form>
  `;
}

/**
 * @param {object} properties
 * @param {Pool} properties.pool
 * @param {number} properties.total
 * @param {import("../../app/locale.js").Word | null} properties.problem
 * @param {string} properties.error
 * @param {(key: number, part: Partial<Pool>) => void} properties.onChange
 * @param {(key: number) => void} properties.onRemove
 */
function PoolFields({ pool, total, problem, error, onChange, onRemove }) {
  const { key, name, draw } = pool;
  return html`
    <fieldset class="inset pool">
      <legend class="sr-only" dir="auto">${name}</legend>
      <div class="quads">
        <${TextField} label=${t("quiz.pool_name")} name=${`pool-${key}`} required maxlength=${MAX_NAME} value=${name} error=${error} onChange=${(/** @type {string} */ next) => onChange(key, { name: next })} />
        <${NumberField} label=${t("quiz.pool_draw")} min=${1} max=${Math.max(total, 1)} value=${draw} error=${problem ? t(problem) : ""} hint=${problem ? "" : t("quiz.pool_fits", { draw: draw ?? 0, total })} onChange=${(/** @type {number | null} */ next) => onChange(key, { draw: next })} />
      </div>
      <button type="button" class="small danger" onClick=${() => onRemove(key)}>${t("quiz.pool_remove")}<span class="sr-only" dir="auto"> ${name}</span></button>
    </fieldset>
  `;
}

/** @param {{ quiz: Quiz, draft: Draft, onPut: (id: string, key: number | undefined) => void }} properties */
function Members({ quiz, draft: { pools, of }, onPut }) {
  const options = [["", t("quiz.pool_none")], ...pools.map(({ key, name }) => [String(key), name])];
  return html`
    <fieldset class="rows pool-members">
      <legend>${t("quiz.pool_members")}</legend>
      ${quiz.questions.map(
        ({ id, questionText, exactPoints }, n) =>
          html`<${SelectField} key=${id} label=${`${n + 1}. ${questionText.trim().slice(0, MAX_SHOWN) || t("quiz.untitled")}`} hint=${`${t("quiz.points")}: ${exactPoints}`} value=${String(of[id] ?? "")} options=${options} onChange=${(/** @type {string} */ key) => onPut(id, key === "" ? undefined : Number(key))} />`,
      )}
    </fieldset>
  `;
}

/** @param {Quiz} quiz @returns {Draft} */
function draftOf(quiz) {
  const given = /** @type {{ name: string, draw: number }[]} */ (quiz.pools ?? []);
  const pools = given.map(({ name, draw }, n) => ({ key: n + 1, name, draw }));
  const keys = new Map(pools.map(({ key, name }) => [name, key]));
  return { pools, of: Object.fromEntries(quiz.questions.map(({ id, pool }) => [id, pool === null ? undefined : keys.get(pool)])) };
}

/** @param {Pool} pool @param {Quiz} quiz @param {Draft["of"]} of */
function membersOf(pool, quiz, of) {
  return quiz.questions.filter(({ id }) => of[id] === pool.key);
}

/** @param {Pool} pool @param {Quiz} quiz @param {Draft["of"]} of @returns {import("../../app/locale.js").Word | null} */
function problemOf(pool, quiz, of) {
  const members = membersOf(pool, quiz, of);
  if (members.length === 0) return "quiz.pool_empty";
  if (pool.draw === null || pool.draw < 1 || pool.draw > members.length) return "quiz.pool_too_small";
  return new Set(members.map(({ exactPoints }) => exactPoints)).size > 1 ? "quiz.pool_uneven" : null;
}

/** @param {Pool} pool @param {Quiz} quiz @param {Draft["of"]} of */
function inputOf(pool, quiz, of) {
  return { name: pool.name, draw: pool.draw ?? 1, questionIds: membersOf(pool, quiz, of).map(({ id }) => id) };
}
