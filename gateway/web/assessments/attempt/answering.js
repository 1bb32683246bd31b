// Questions of an attempt as the components of games draw them, and what counts as an answer. Pure.

import { blanksIn } from "../live/answer-fields.js";
import { markText } from "../live/mark-text.js";
import { marksIn } from "../live/marks.js";

/**
 * @typedef {import("./wire.js").TakenQuestion} TakenQuestion
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {import("../live/wire.js").Question} Question
 */

const OPEN = -1;

/**
 * @param {TakenQuestion} taken
 * @param {string} submissionId
 * @param {number} index
 * @returns {Question & { id: string, rubric?: TakenQuestion["rubric"] }}
 */
export function asked({ type, points, ...taken }, submissionId, index) {
  return { ...taken, liveQuizId: submissionId, index, total: 0, questionType: type, points: Number(points), opensAt: 0, closesAt: 0 };
}

/** The texts of all blanks. @param {Question} question @param {Answer | null} answer */
export function blanksOf(question, answer) {
  const texts = /** @type {string[]} */ (Array.isArray(answer) ? answer : []);
  return Array.from({ length: blanksIn(question) }, (_, n) => texts[n] ?? "");
}

/** The match of each prompt, null where none is chosen. @param {Question} question @param {Answer | null} answer @returns {(number | null)[]} */
export function pairsOf(question, answer) {
  const chosen = /** @type {number[]} */ (Array.isArray(answer) ? answer : []);
  return (question.prompts ?? []).map((_, n) => (chosen[n] === undefined || chosen[n] === OPEN ? null : chosen[n]));
}

/** @param {(number | null)[]} pairs @returns {Answer | null} */
export function answerOfPairs(pairs) {
  return pairs.every((each) => each === null) ? null : pairs.map((each) => each ?? OPEN);
}

/** @param {Question} question @param {Answer | null} answer @returns {"open" | "partly" | "answered"} */
export function stateOf(question, answer) {
  if (answer === null) return "open";
  switch (question.questionType) {
    case "fill_blank":
      return share(blanksOf(question, answer).map((text) => text.trim() !== ""));
    case "matching":
      return share(pairsOf(question, answer).map((each) => each !== null));
    case "hotspot":
      return share(Array.from({ length: question.marks || 1 }, (_, n) => n < marksIn(answer).length));
    case "short_answer":
    case "numeric":
    case "essay":
      return String(answer).trim() === "" ? "open" : "answered";
    default:
      return Array.isArray(answer) && answer.length === 0 && !question.noneAllowed ? "open" : "answered";
  }
}

/** @param {boolean[]} filled */
function share(filled) {
  const count = filled.filter(Boolean).length;
  return count === 0 ? "open" : count < filled.length ? "partly" : "answered";
}

/** An answer for people, in one line. @param {Question} question @param {Answer | null} answer @param {{ yes: string, no: string }} words */
export function answerText(question, answer, { yes, no }) {
  const textOf = (/** @type {number | null} */ id) => question.options?.find((option) => option.id === id)?.text ?? "–";
  if (answer === null) return "";
  if (typeof answer === "boolean") return answer ? yes : no;
  if (typeof answer === "string") return answer;
  if (question.questionType === "fill_blank") return blanksOf(question, answer).map((text) => text || "–").join(" · ");
  if (question.questionType === "matching") return pairsOf(question, answer).map((id, n) => `${question.prompts?.[n]} → ${textOf(id)}`).join(" · ");
  if (question.questionType === "hotspot") return marksIn(answer).map(markText).join(" · ");
  return /** @type {number[]} */ (answer).map(textOf).join(" · ");
}
