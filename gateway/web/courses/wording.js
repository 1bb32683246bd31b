// What the pages of courses say in the same way.

import { formatNumber, t } from "../app/locale.js";

export const DIFFICULTIES = /** @type {const} */ (["BEGINNER", "INTERMEDIATE", "ADVANCED"]);

/** @type {Record<string, "plain" | "good" | "warn">} */
export const STATUS_KINDS = { DRAFT: "warn", PENDING_REVIEW: "warn", PUBLISHED: "good", ARCHIVED: "plain" };

/** @param {{ amount: string, currency: string }} price */
export function priceText({ amount, currency }) {
  if (Number(amount) === 0) return t("courses.free");
  return formatNumber(Number(amount), { style: "currency", currency });
}

/** @param {{ enrollmentCount: number, enrollmentLimit: number | null }} course */
export function isFull({ enrollmentCount, enrollmentLimit }) {
  return enrollmentLimit !== null && enrollmentCount >= enrollmentLimit;
}

/** How many are in a course, of how many there is room for. @param {{ enrollmentCount: number, enrollmentLimit: number | null }} course */
export function studentsText({ enrollmentCount, enrollmentLimit }) {
  if (enrollmentLimit === null) return t("courses.students", { count: enrollmentCount });
  return t("courses.students_of", { count: enrollmentCount, limit: enrollmentLimit });
}
