// What the server has of a quiz, as far as this page knows, and what has to be done to make it so.

import { formOf, same } from "./form.js";
import { inputOf } from "./input.js";
import { changedSettings, settingsOf } from "./settings-form.js";

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./merging.js").Work} Work
 * @typedef {import("./input.js").QuestionInput} QuestionInput
 *
 * @typedef {object} Saved A question of the server, in the words in which it was sent.
 * @property {string} key
 * @property {string} id
 * @property {number} revision
 * @property {Form} form
 * @property {any[]} problems What it lacks, as the server says.
 *
 * @typedef {object} Base
 * @property {number} revision
 * @property {import("./settings-form.js").Settings} settings
 * @property {Saved[]} questions
 *
 * @typedef {{ idempotencyKey: string, input: QuestionInput, position: number, form: Form, at: number }} Adding
 *
 * @typedef {(
 *   | { kind: "delete", saved: Saved }
 *   | { kind: "add", form: Form, input: QuestionInput, position: number }
 *   | { kind: "update", saved: Saved, form: Form, input: QuestionInput }
 *   | { kind: "order", keys: string[] }
 *   | { kind: "settings", input: Record<string, unknown>, settings: import("./settings-form.js").Settings }
 * )} Operation
 */

/**
 * @param {import("./settings-form.js").LoadedQuiz} quiz
 * @param {Base | null} before What was known: its keys stay, and what has not changed.
 * @returns {Base}
 */
export function baseOf(quiz, before) {
  const known = new Map((before?.questions ?? []).map((saved) => [saved.id, saved]));
  const questions = quiz.questions.map((loaded) => {
    const { id, revision } = loaded;
    const was = known.get(id);
    const key = was?.key ?? id;
    const form = was?.revision === revision ? was.form : formOf(loaded, key);
    return { key, id, revision, form, problems: listOf(loaded.problems) };
  });
  return { revision: quiz.revision, settings: settingsOf(quiz), questions };
}

/** JSON that is a list, or nothing. @param {unknown} json @returns {any[]} */
export function listOf(json) {
  return Array.isArray(json) ? json : [];
}

/** @param {Base} base @returns {Work} */
export function workOf(base) {
  return { settings: base.settings, questions: base.questions.map(({ form }) => form) };
}

/**
 * What is to be done next; null if the server has it all.
 * @param {Base} base
 * @param {Work} work
 * @param {(key: string, form?: Form) => boolean} isHeld Whether something waits for a decision or a correction.
 * @returns {Operation | null}
 */
export function nextOperation(base, work, isHeld) {
  const saved = new Map(base.questions.map((each) => [each.key, each]));
  const keys = new Set(work.questions.map(({ key }) => key));
  for (const [n, form] of work.questions.entries()) {
    const known = saved.get(form.key);
    if (known?.form === form || isHeld(form.key, form)) continue;
    const input = inputOf(form);
    if (known && !same(input, inputOf(known.form))) return { kind: "update", saved: known, form, input };
    if (!known) return { kind: "add", form, input, position: positionOf(base, work.questions.slice(0, n)) };
  }
  const gone = base.questions.find(({ key }) => !keys.has(key) && !isHeld(key));
  if (gone) return { kind: "delete", saved: gone };
  return order(base, work) ?? settings(base, work, isHeld);
}

/**
 * Behind the nearest question before it that the server has, counted from 1.
 * @param {Base} base
 * @param {Form[]} before
 */
function positionOf(base, before) {
  const keys = base.questions.map(({ key }) => key);
  const neighbour = before.findLast(({ key }) => keys.includes(key));
  return neighbour ? keys.indexOf(neighbour.key) + 2 : 1;
}

/** @param {Base} base @param {Work} work @returns {Operation | null} */
function order(base, work) {
  const there = base.questions.map(({ key }) => key);
  const wanted = work.questions.map(({ key }) => key).filter((key) => there.includes(key));
  if (wanted.length !== there.length || same(there, wanted)) return null; // some wait; then comes the order
  return { kind: "order", keys: wanted };
}

/** @param {Base} base @param {Work} work @param {(key: string) => boolean} isHeld @returns {Operation | null} */
function settings(base, work, isHeld) {
  const changed = changedSettings(base.settings, work.settings) ?? {};
  const input = Object.fromEntries(Object.entries(changed).filter(([name]) => !isHeld(name)));
  if (Object.keys(input).length === 0 || isHeld("settings")) return null;
  return { kind: "settings", input, settings: { ...base.settings, ...input } };
}
