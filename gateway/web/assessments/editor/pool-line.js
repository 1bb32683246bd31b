// That a question is one of a pool, and what is wrong with that pool.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";

/** @typedef {{ name: string, draw: number, total: number, problem: "quiz.pool_too_small" | "quiz.pool_uneven" | null }} Pool As it is with what is not saved yet. */

/** The pool of each question that has one, by the question's key. @param {import("./workspace.js").State} state @returns {Map<string, Pool>} */
export function poolsIn({ quiz, base, work }) {
  const nameOf = new Map((quiz?.questions ?? []).map(({ id, pool }) => [id, pool]));
  const ids = new Map((base?.questions ?? []).map(({ key, id }) => [key, id]));
  /** @type {Map<string, Pool>} */
  const found = new Map();
  for (const { name, draw } of /** @type {{ name: string, draw: number }[]} */ (quiz?.pools ?? [])) {
    const members = work.questions.filter(({ key }) => nameOf.get(ids.get(key) ?? "") === name);
    const problem = members.length < draw ? "quiz.pool_too_small" : new Set(members.map(({ points }) => points)).size > 1 ? "quiz.pool_uneven" : null;
    for (const { key } of members) found.set(key, { name, draw, total: members.length, problem });
  }
  return found;
}

/** @param {{ pool: Pool | undefined }} properties */
export function PoolLine({ pool }) {
  if (!pool) return null;
  return html`
    <p class="muted">${t("quiz.pool_line", { name: pool.name, draw: pool.draw, total: pool.total })}</p>
    ${pool.problem && html`<p class="hint" role="status">${t(pool.problem)} ${t("quiz.pool_closed")}</p>`}
  `;
}
