// What a line of the log says besides its kind.

import { formatDuration, formatNumber, t } from "../../app/locale.js";

const SECOND_MS = 1_000;
const MINUTE_S = 60;

/** @param {number} ms */
export function lengthText(ms) {
  const seconds = Math.round(ms / SECOND_MS);
  return seconds < MINUTE_S ? formatNumber(seconds, { style: "unit", unit: "second", unitDisplay: "short" }) : formatDuration(seconds);
}

/** @param {import("./page.js").Entry} entry */
export function detailOf({ kind, answer, ms, factor, unlimited, text, ending }) {
  if (kind === "ANSWERED" || kind === "CHANGED") return answerText(answer);
  if (kind === "ACCOMMODATED") return unlimited ? t("log.unlimited") : factor === 1 ? t("log.as_everybody") : t("log.factor", { factor: formatNumber(Number(factor)) });
  if (kind === "ENDED" && ending !== null) return t(`log.ending.${ending}`);
  return text ?? (ms === null ? "" : lengthText(ms));
}

/** An answer is readable by itself: texts, yes or no, lists of them. @param {unknown} answer @returns {string} */
function answerText(answer) {
  if (Array.isArray(answer)) return answer.map(answerText).join(" · ");
  if (typeof answer === "boolean") return t(answer ? "log.true" : "log.false");
  if (typeof answer === "number") return formatNumber(answer);
  if (answer !== null && typeof answer === "object") return Object.values(answer).map(answerText).join(" → ");
  return String(answer ?? "–");
}
