// The end of a game: the first three one after the other, the rest below them.

import { useMemo } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { Board } from "./board.js";
import { COLOURS } from "./shapes.js";

const PIECES = 70;

/** @typedef {import("./wire.js").Standing} Standing */

/** @param {{ standings: Standing[], quiet: boolean }} properties `quiet`: at once, without confetti. */
export function Podium({ standings, quiet }) {
  const [first, second, third, ...others] = standings;
  return html`
    <div class=${`scene ${quiet ? "" : "festive"}`}>
      <h1 class="center">${t("live.final_board")}</h1>
      <div class="podium">
        <${Place} standing=${second} name="second" />
        <${Place} standing=${first} name="first" />
        <${Place} standing=${third} name="third" />
      </div>
      ${others.length > 0 && html`<${Board} standings=${others} />`}
      ${!quiet && first && html`<${Confetti} />`}
    </div>
  `;
}

/** @param {{ standing: Standing | undefined, name: "first" | "second" | "third" }} properties */
function Place({ standing, name }) {
  if (!standing) return html`<div></div>`;
  return html`
    <div class=${`place ${name}`}>
      <span class="name" dir="auto">${standing.nickname}</span>
      <div class="block">${formatNumber(standing.rank)}<small class="tabular">${t("live.worth", { count: standing.score })}</small></div>
    </div>
  `;
}

/** Falls once, and not at all where people want less motion. */
function Confetti() {
  const pieces = useMemo(
    () =>
      Array.from({ length: PIECES }, (_, n) => ({
        class: `c${n % COLOURS}`,
        style: { insetInlineStart: `${Math.random() * 100}%`, animationDelay: `${3.2 + Math.random() * 1.5}s`, animationDuration: `${2.5 + Math.random() * 2}s` },
      })),
    [],
  );
  return html`<div class="confetti" aria-hidden="true">${pieces.map((piece, n) => html`<i key=${n} class=${piece.class} style=${piece.style}></i>`)}</div>`;
}
