// Where a room sees the game, without what steers it.

import { html } from "../../app/html.js";
import { useCleaner } from "../../text/cleaning.js";
import { useFit } from "./fit.js";
import { HostScreen, NAMES } from "./host-screens.js";

/** @param {import("./host-screens.js").Properties} properties */
export function Stage(properties) {
  useCleaner(true); // in the lobby, so that it is there when a question is
  const { phase, question, count, paused, locked, typed, announced, histogram } = properties.desk;
  const box = useFit(JSON.stringify([phase, question?.index, phase === "lobby" && Math.min(count, NAMES + 1), paused, locked, typed.length, properties.bars, properties.quiet, announced?.index, histogram?.right !== undefined]));
  return html`<section class="stage" ref=${box} data-phase=${phase}><${HostScreen} ...${properties} /></section>`;
}
