// Settings of a quiz in words: which attempt counts, and when its result is shown.

import { t } from "../../app/locale.js";

/** @typedef {"BEST" | "LAST" | "AVERAGE"} AttemptsCount */
/** @typedef {"GRADED" | "CLOSED" | "RELEASED"} ResultsShown */

/** @typedef {"REFUSE" | "REVIEW" | "ACCEPT"} LateAnswers */

/** @param {LateAnswers} late */
export function lateText(late) {
  return { REFUSE: t("scoring.late_refuse"), REVIEW: t("scoring.late_review"), ACCEPT: t("scoring.late_accept") }[late];
}

/** @param {AttemptsCount} counts */
export function countsText(counts) {
  return { BEST: t("scoring.counts_best"), LAST: t("scoring.counts_last"), AVERAGE: t("scoring.counts_average") }[counts];
}

/** @param {ResultsShown} shown */
export function shownText(shown) {
  return { GRADED: t("scoring.shown_graded"), CLOSED: t("scoring.shown_closed"), RELEASED: t("scoring.shown_released") }[shown];
}
