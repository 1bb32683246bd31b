// That a question is one of a pool, and what is wrong with that pool.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";

/** @param {{ state: import("./workspace.js").State, form: import("./form.js").Form }} properties */
export function PoolLine({ state, form }) {
  const { quiz, base, work } = state;
  const ids = new Map((base?.questions ?? []).map(({ key, id }) => [key, id]));
  const poolOf = new Map((quiz?.questions ?? []).map(({ id, pool }) => [id, pool]));
  const name = poolOf.get(ids.get(form.key) ?? "");
  const pool = /** @type {{ name: string, draw: number }[]} */ (quiz?.pools ?? []).find((each) => each.name === name);
  if (!pool) return null;
  const members = work.questions.filter(({ key }) => poolOf.get(ids.get(key) ?? "") === pool.name);
  const problem = members.length < pool.draw ? "quiz.pool_too_small" : new Set(members.map(({ points }) => points)).size > 1 ? "quiz.pool_uneven" : null;
  return html`
    <p class="muted">${t("quiz.pool_line", { name: pool.name, draw: pool.draw, total: members.length })}</p>
    ${problem && html`<p class="hint" role="status">${t(problem)}</p>`}
  `;
}
