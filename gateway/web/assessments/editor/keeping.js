// Unsaved work on a quiz, as it is kept in this browser.

import { tabDrafts } from "../../app/tab-drafts.js";
import { emptyForm } from "./form.js";

/**
 * @typedef {import("./base.js").Base} Base
 * @typedef {object} Work
 * @property {Base} base
 * @property {import("./merging.js").Work} work
 * @property {import("./saving.js").Additions} adding
 * @property {import("./merging.js").Conflict[]} conflicts
 * @typedef {Work & import("../../app/tab-drafts.js").Left} Kept
 */

/**
 * @param {string} userId
 * @param {string} quizId
 */
export function keeper(userId, quizId) {
  return tabDrafts(`stoa.quiz-work.${userId}.${quizId}.`, { packed, unpacked });
}

/** What is in the work as it is on the server is kept once. @param {Kept} kept */
function packed({ base, work, ...more }) {
  const forms = new Set(work.questions);
  return { ...more, work, base: { ...base, questions: base.questions.map((saved) => (forms.has(saved.form) ? { ...saved, form: null } : saved)) } };
}

/** @param {any} kept @returns {Kept | null} Null for what is not in this form. */
function unpacked(kept) {
  try {
    const work = { ...kept.work, questions: kept.work.questions.map(whole) };
    const forms = new Map(work.questions.map((/** @type {any} */ form) => [form.key, form]));
    const questions = kept.base.questions.map((/** @type {any} */ saved) => ({ ...saved, form: saved.form ? whole(saved.form) : forms.get(saved.key) }));
    return { ...kept, work, base: { ...kept.base, questions } };
  } catch {
    return null;
  }
}

/** With all that a form has now, though an earlier version has kept it. @param {import("./form.js").Form} form */
function whole(form) {
  return { ...emptyForm(form.key, form.type), ...form };
}
