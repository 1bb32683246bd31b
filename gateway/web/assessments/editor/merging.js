// Two changes of one quiz that began from the same: what can be joined is joined, the rest is asked.

import { same } from "./form.js";
import { SETTINGS } from "./settings-form.js";

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./settings-form.js").Settings} Settings
 * @typedef {{ settings: Settings, questions: Form[] }} Work
 *
 * @typedef {object} QuestionConflict Null where it was deleted.
 * @property {"question"} kind
 * @property {string} key
 * @property {Form | null} mine
 * @property {Form | null} theirs
 *
 * @typedef {object} SettingConflict
 * @property {"setting"} kind
 * @property {string} key The name of the setting.
 * @property {unknown} mine
 * @property {unknown} theirs
 *
 * @typedef {QuestionConflict | SettingConflict} Conflict
 */

/**
 * Join two works by what both began from. Where both changed the same, mine stays for now.
 * @param {Work} before
 * @param {Work} mine
 * @param {Work} theirs
 * @returns {{ work: Work, conflicts: Conflict[] }}
 */
export function merge(before, mine, theirs) {
  /** @type {Conflict[]} */
  const conflicts = [];
  const settings = mergedSettings(before.settings, mine.settings, theirs.settings, conflicts);
  const [was, own, other] = [byKey(before.questions), byKey(mine.questions), byKey(theirs.questions)];
  /** @type {Map<string, Form>} */
  const found = new Map();
  for (const key of new Set([...own.keys(), ...other.keys()])) {
    const form = mergedQuestion(key, was.get(key), own.get(key), other.get(key), conflicts);
    if (form) found.set(key, form);
  }
  const order = mergedOrder(keysOf(before), keysOf(mine), keysOf(theirs)).filter((key) => found.has(key));
  return { work: { settings, questions: order.map((key) => /** @type {Form} */ (found.get(key))) }, conflicts };
}

/**
 * @param {Settings} before
 * @param {Settings} mine
 * @param {Settings} theirs
 * @param {Conflict[]} conflicts
 */
function mergedSettings(before, mine, theirs, conflicts) {
  const settings = { ...mine };
  for (const name of SETTINGS) {
    if (theirs[name] === before[name] || theirs[name] === mine[name]) continue;
    if (mine[name] === before[name]) Object.assign(settings, { [name]: theirs[name] });
    else conflicts.push({ kind: "setting", key: name, mine: mine[name], theirs: theirs[name] });
  }
  return settings;
}

/**
 * @param {string} key
 * @param {Form | undefined} before
 * @param {Form | undefined} mine
 * @param {Form | undefined} theirs
 * @param {Conflict[]} conflicts
 * @returns {Form | undefined}
 */
function mergedQuestion(key, before, mine, theirs, conflicts) {
  if (same(mine, theirs) || same(theirs, before)) return mine;
  if (same(mine, before)) return theirs;
  conflicts.push({ kind: "question", key, mine: mine ?? null, theirs: theirs ?? null });
  return mine ?? theirs;
}

/**
 * The order of whoever changed it; what only the other has comes behind its neighbour there.
 * @param {string[]} before
 * @param {string[]} mine
 * @param {string[]} theirs
 */
function mergedOrder(before, mine, theirs) {
  const shared = new Set(before.filter((key) => mine.includes(key) && theirs.includes(key)));
  const moved = !same(mine.filter((key) => shared.has(key)), before.filter((key) => shared.has(key)));
  const [order, rest] = moved ? [[...mine], theirs] : [[...theirs], mine];
  for (const [n, key] of rest.entries()) {
    if (order.includes(key)) continue;
    order.splice(n === 0 ? 0 : order.indexOf(rest[n - 1]) + 1, 0, key);
  }
  return order;
}

/** @param {Form[]} questions */
function byKey(questions) {
  return new Map(questions.map((form) => [form.key, form]));
}

/** @param {Work} work */
function keysOf(work) {
  return work.questions.map(({ key }) => key);
}

/**
 * What a work becomes by a decision. "both" keeps theirs in its place and mine as a new question.
 * @param {Work} work
 * @param {Conflict} conflict
 * @param {"mine" | "theirs" | "both"} choice
 * @param {string} newKey
 * @returns {Work}
 */
export function decided(work, conflict, choice, newKey) {
  if (conflict.kind === "setting") {
    return choice === "theirs" ? { ...work, settings: { ...work.settings, [conflict.key]: conflict.theirs } } : work;
  }
  const { key, theirs } = conflict;
  // What was typed since the conflict arose is mine too.
  const mine = conflict.mine === null ? null : work.questions.find((form) => form.key === key) ?? conflict.mine;
  const kept = choice === "mine" ? [mine] : choice === "theirs" ? [theirs] : [theirs, mine && { ...mine, key: newKey }];
  const forms = kept.filter((form) => form !== null);
  const at = work.questions.findIndex((form) => form.key === key);
  const questions = [...work.questions];
  if (at === -1) questions.push(...forms);
  else questions.splice(at, 1, ...forms);
  return { ...work, questions };
}
