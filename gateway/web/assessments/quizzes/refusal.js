// Why a quiz cannot be begun now.

import { formatDate, t } from "../../app/locale.js";

/**
 * @typedef {object} Taken
 * @property {string | null} availableFrom
 * @property {string | null} availableUntil
 * @property {number} maxAttempts 0: as many as one likes.
 * @property {readonly unknown[]} mySubmissions
 * @property {boolean} [forOthers] It is for some students, and for others than this one.
 */

/** Whether somebody with this enrolment is in the course. @param {{ status: string, removedAt: string | null } | null} enrollment */
export function isIn(enrollment) {
  return enrollment !== null && !enrollment.removedAt && enrollment.status !== "DROPPED";
}

/**
 * Why nobody can begin now; null if one may.
 * @param {Taken} quiz
 * @param {boolean} isStudent Whether one is in the course.
 * @param {number} now
 */
export function refusalOf({ availableFrom, availableUntil, maxAttempts, mySubmissions, forOthers = false }, isStudent, now) {
  if (!isStudent) return t("quizzes.only_students");
  if (forOthers) return t("errors.QUIZ_NOT_INVITED");
  if (availableFrom && now < Date.parse(availableFrom)) return t("quizzes.opens_at", { date: formatDate(availableFrom) });
  if (availableUntil && now >= Date.parse(availableUntil)) return t("quizzes.closed_at", { date: formatDate(availableUntil) });
  if (maxAttempts > 0 && mySubmissions.length >= maxAttempts) return t("quizzes.none_left", { count: maxAttempts });
  return null;
}
