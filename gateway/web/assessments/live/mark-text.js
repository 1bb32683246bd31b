// A mark on a picture in words.

import { formatNumber, t } from "../../app/locale.js";
import { SCALE } from "./marks.js";

/** @param {number} part */
function percentText(part) {
  return formatNumber(part / SCALE, { style: "percent", maximumFractionDigits: 1 });
}

/** @param {import("./marks.js").Point} mark @param {number} n */
export function markText([x, y], n) {
  return t("live.mark_at", { number: n + 1, x: percentText(x), y: percentText(y) });
}
