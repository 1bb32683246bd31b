// One change after the other is sent; what comes back is what the server has from then on.

import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { ADD_QUESTION, DELETE_QUESTION, REORDER_QUESTIONS, UPDATE_QUESTION, UPDATE_QUIZ } from "../documents.js";
import { listOf } from "./base.js";

/**
 * @typedef {import("./base.js").Base} Base
 * @typedef {import("./base.js").Saved} Saved
 * @typedef {import("./base.js").Operation} Operation
 * @typedef {Record<string, import("./base.js").Adding>} Additions
 */

const REPEATABLE = { repeatable: true }; // twice is the same as once, and additions have their key
/** The server knows a key for a day; after that the same addition would be a second one. */
const KEY_LIVES_MS = 20 * 3_600_000;

/**
 * Carry out one operation.
 * @param {string} quizId
 * @param {Base} base
 * @param {Operation} operation
 * @param {import("./base.js").Adding | undefined} adding How an addition was sent before.
 * @returns {Promise<(base: Base) => Base>} What to make of the base, which may have changed meanwhile. Rejects with a `Failure`.
 */
export async function perform(quizId, base, operation, adding) {
  switch (operation.kind) {
    case "add":
      return added(quizId, /** @type {import("./base.js").Adding} */ (adding));
    case "update":
      return updated(operation.saved, operation);
    case "delete":
      return deleted(operation.saved);
    case "order":
      return reordered(quizId, base, operation.keys);
    case "settings": {
      const { updateQuiz } = await request(UPDATE_QUIZ, { id: quizId, input: operation.input, expectedRevision: base.revision }, REPEATABLE);
      return (now) => ({ ...now, revision: updateQuiz.revision, settings: operation.settings });
    }
  }
}

/**
 * How an addition is sent: the same until it is answered.
 * @param {Extract<Operation, { kind: "add" }>} operation
 * @param {import("./base.js").Adding | undefined} before
 * @returns {import("./base.js").Adding}
 */
export function addingOf({ form, input, position }, before) {
  const isGood = before && Date.now() - before.at < KEY_LIVES_MS;
  return isGood ? before : { idempotencyKey: randomId(), form, input, position, at: Date.now() };
}

/**
 * @param {string} quizId
 * @param {import("./base.js").Adding} adding
 */
async function added(quizId, { form, input, position, idempotencyKey }) {
  const { addQuestion: made } = await request(ADD_QUESTION, { quizId, input, position, idempotencyKey }, REPEATABLE);
  const saved = { key: form.key, id: made.id, revision: made.revision, form, problems: listOf(made.problems) };
  return (/** @type {Base} */ base) => {
    const questions = base.questions.filter(({ id }) => id !== made.id); // read before this answer came
    const isNew = questions.length === base.questions.length;
    questions.splice(position - 1, 0, saved);
    return { ...base, revision: base.revision + Number(isNew), questions };
  };
}

/**
 * @param {Saved} saved
 * @param {{ form: import("./form.js").Form, input: import("./input.js").QuestionInput }} sent
 */
async function updated(saved, { form, input }) {
  const variables = { id: saved.id, input, expectedRevision: saved.revision };
  const { updateQuestion: now } = await request(UPDATE_QUESTION, variables, REPEATABLE);
  const next = { ...saved, form, revision: now.revision, problems: listOf(now.problems) };
  return (/** @type {Base} */ base) => ({
    ...base,
    revision: base.revision + Number(now.revision !== saved.revision),
    questions: base.questions.map((each) => (each.key === saved.key ? next : each)),
  });
}

/** @param {Saved} saved */
async function deleted(saved) {
  const { deleteQuestionWithPayload } = await request(DELETE_QUESTION, { id: saved.id, expectedRevision: saved.revision }, REPEATABLE);
  return (/** @type {Base} */ base) => ({
    ...base,
    revision: grown(base, deleteQuestionWithPayload.quiz.revision),
    questions: base.questions.filter(({ key }) => key !== saved.key),
  });
}

/**
 * @param {string} quizId
 * @param {Base} before
 * @param {string[]} keys
 */
async function reordered(quizId, before, keys) {
  const byKey = new Map(before.questions.map((saved) => [saved.key, saved]));
  const questions = keys.map((key) => /** @type {Saved} */ (byKey.get(key)));
  const variables = { quizId, questionIds: questions.map(({ id }) => id), expectedRevision: before.revision };
  const { reorderQuestionsWithPayload } = await request(REORDER_QUESTIONS, variables, REPEATABLE);
  return (/** @type {Base} */ base) => ({ ...base, questions, revision: reorderQuestionsWithPayload.quiz.revision });
}

/**
 * One's own change is one more. If the quiz has grown by more than that, somebody else is at it, and
 * the older number makes the page look.
 * @param {Base} base
 * @param {number} revision
 */
function grown(base, revision) {
  return Math.min(revision, base.revision + 1);
}
