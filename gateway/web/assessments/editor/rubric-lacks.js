// What a rubric lacks so that answers can be marked by it. Pure.

import { mostOf } from "../rubrics/rubric.js";

/** @typedef {import("../rubrics/rubric.js").Rubric} Rubric */

/** @param {Rubric | null | undefined} rubric @param {number} points @returns {("quiz.lacks_rubric_criteria" | "quiz.lacks_rubric_names" | "quiz.lacks_rubric_sum")[]} */
export function rubricLacks(rubric, points) {
  if (!rubric) return [];
  if (rubric.criteria.length === 0) return ["quiz.lacks_rubric_criteria"];
  const named = rubric.criteria.every(({ name, levels }) => [name, ...levels.map((level) => level.name)].every((text) => text.trim() !== ""));
  return [...(named ? [] : [/** @type {const} */ ("quiz.lacks_rubric_names")]), ...(mostOf(rubric) === points ? [] : [/** @type {const} */ ("quiz.lacks_rubric_sum")])];
}
