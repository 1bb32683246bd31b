// The answers of an attempt: what the server has, what was written here since, and what another device
// has written at the same time. Pure.

/**
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {import("./wire.js").ShownAnswer} ShownAnswer
 * @typedef {import("../../app/graphql.js").Failure} Failure
 *
 * @typedef {{ answer: Answer | null, answerId: string }} Written
 *
 * @typedef {object} Own What the server does not have yet.
 * @property {Written | null} sending It may have arrived: it is sent again as it is until it is answered.
 * @property {Written | null} next Written since.
 * @property {number} expected The revision that it is to replace; 0 for none.
 * @property {number} at When it was written last, by this device's clock.
 *
 * @typedef {object} Sheet
 * @property {Record<string, ShownAnswer>} saved What the server has, by question.
 * @property {number} revision Of all that it has.
 * @property {Record<string, Own>} own
 * @property {Record<string, ShownAnswer>} theirs Where another device was quicker, what it has saved.
 * @property {Record<string, Failure>} refused Why an answer is not taken as it is.
 * @property {Record<string, number>} savedAt When answers of this visit were saved, by the server's clock.
 * @property {Record<string, { revision: number, receipt: string | null }>} receipts What this visit was given for its answers.
 */

/** @type {Sheet} */
export const EMPTY = { saved: {}, revision: 0, own: {}, theirs: {}, refused: {}, savedAt: {}, receipts: {} };

/** The newest of what was written to a question, wherever it is. @param {Sheet} sheet @param {string} id @returns {Answer | null} */
export function valueOf({ own, saved }, id) {
  return writtenOf(own[id])?.answer ?? (own[id] ? null : saved[id]?.answer ?? null);
}

/** What is written and not saved, the oldest first, without what another device was quicker with. @param {Sheet} sheet */
export function unsaved({ own, theirs }) {
  const open = Object.entries(own).filter(([id]) => !(id in theirs));
  open.sort(([, one], [, other]) => one.at - other.at);
  return open.map(([question, each]) => ({ question, answer: writtenOf(each)?.answer ?? null }));
}

/** @param {Own | undefined} own */
function writtenOf(own) {
  return own?.next ?? own?.sending ?? null;
}

/**
 * What the server has, read anew.
 * @param {Sheet} sheet
 * @param {import("./wire.js").Attempt} attempt
 * @returns {Sheet}
 */
export function received(sheet, { answers, revision }) {
  if (revision < sheet.revision) return sheet; // an older answer came later
  const own = Object.entries(sheet.own).filter(([id, each]) => each.sending !== null || !isSame(each.next?.answer ?? null, answers[id]?.answer ?? null));
  const theirs = Object.keys(sheet.theirs).filter((id) => own.some(([other]) => other === id));
  return { ...sheet, saved: answers, revision, own: Object.fromEntries(own), theirs: Object.fromEntries(theirs.map((id) => [id, answers[id] ?? { answer: null, revision: 0 }])) };
}

/**
 * A device has saved an answer; this one may have been it.
 * @param {Sheet} sheet
 * @param {{ questionId: string, answerId: string, answer: Answer | null, revision: number }} change
 * @returns {Sheet}
 */
export function heard(sheet, { questionId: id, answerId, answer, revision }) {
  if (sheet.own[id]?.sending?.answerId === answerId || revision <= (sheet.saved[id]?.revision ?? 0)) return sheet;
  const theirs = id in sheet.theirs ? { ...sheet.theirs, [id]: { answer, revision } } : sheet.theirs;
  return { ...sheet, saved: { ...sheet.saved, [id]: { answer, revision } }, revision: Math.max(sheet.revision, revision), theirs, savedAt: without(sheet.savedAt, id) };
}

/**
 * @param {Sheet} sheet
 * @param {string} id
 * @param {Written} next
 * @param {number} at
 * @returns {Sheet}
 */
export function written(sheet, id, next, at) {
  const before = sheet.own[id];
  const expected = before?.expected ?? sheet.saved[id]?.revision ?? 0;
  return { ...sheet, own: { ...sheet.own, [id]: { sending: before?.sending ?? null, next, expected, at } }, refused: without(sheet.refused, id) };
}

/** Take up what an earlier visit has left. @param {Sheet} sheet @param {Record<string, Own>} left @returns {Sheet} */
export function takenUp(sheet, left) {
  const newer = Object.entries(left).filter(([id, { at }]) => !(id in sheet.own) || sheet.own[id].at < at);
  return { ...sheet, own: { ...sheet.own, ...Object.fromEntries(newer) } };
}

/**
 * Take up what was sealed and is not saved, where nothing else has kept it. Where another device was quicker, both are shown.
 * @param {Sheet} sheet
 * @param {import("./sealing.js").Chain | null} chain
 * @param {() => string} newId
 * @returns {Sheet}
 */
export function unsealed(sheet, chain, newId) {
  const last = new Map((chain?.entries ?? []).map((entry) => [entry.question, entry]));
  const open = [...last.values()].filter(({ question, answer }) => !(question in sheet.own) && !isSame(answer, sheet.saved[question]?.answer ?? null));
  const own = open.map(({ question, answer, at }) => {
    const revision = sheet.saved[question]?.revision ?? 0;
    return [question, { sending: null, next: { answer, answerId: newId() }, expected: revision <= (chain?.revision ?? 0) ? revision : 0, at }];
  });
  return { ...sheet, own: { ...sheet.own, ...Object.fromEntries(own) } };
}

/** The question whose answer is to be sent now: those that may have arrived, then the oldest. @param {Sheet} sheet @returns {string | null} */
export function nextToSend({ own, theirs, refused }) {
  const open = Object.entries(own).filter(([id]) => !(id in theirs) && !(id in refused));
  open.sort(([, one], [, other]) => Number(other.sending !== null) - Number(one.sending !== null) || one.at - other.at);
  return open[0]?.[0] ?? null;
}

/** @param {Sheet} sheet @param {string} id @returns {Sheet} */
export function begun(sheet, id) {
  const { sending, next, ...more } = sheet.own[id];
  return sending ? sheet : { ...sheet, own: { ...sheet.own, [id]: { ...more, sending: next, next: null } } };
}

/**
 * What was sent is saved.
 * @param {Sheet} sheet
 * @param {string} id
 * @param {{ revision: number, savedAt: number, receipt: string | null }} acknowledged
 * @returns {Sheet}
 */
export function acknowledged(sheet, id, { revision, savedAt, receipt }) {
  const { sending, next, at } = sheet.own[id];
  const own = next ? { ...sheet.own, [id]: { sending: null, next, expected: revision, at } } : without(sheet.own, id);
  const saved = { ...sheet.saved, [id]: { answer: sending?.answer ?? null, revision } };
  return { ...sheet, own, saved, revision: Math.max(sheet.revision, revision), savedAt: { ...sheet.savedAt, [id]: savedAt }, receipts: { ...sheet.receipts, [id]: { revision, receipt } } };
}

/** Of what is saved now, if this visit has saved it. @param {Sheet} sheet @param {string} id @returns {string | null} */
export function receiptOf({ saved, receipts }, id) {
  return receipts[id] && receipts[id].revision === saved[id]?.revision ? receipts[id].receipt : null;
}

/**
 * Another device was quicker: both are shown, unless they are the same.
 * @param {Sheet} sheet
 * @param {string} id
 * @param {ShownAnswer} other
 * @returns {Sheet}
 */
export function outrun(sheet, id, other) {
  const own = sheet.own[id];
  const known = { ...sheet, saved: { ...sheet.saved, [id]: other }, revision: Math.max(sheet.revision, other.revision) };
  if (isSame(writtenOf(own)?.answer ?? null, other.answer)) return { ...known, own: without(sheet.own, id) };
  return { ...known, own: { ...sheet.own, [id]: { ...own, sending: null, next: writtenOf(own) } }, theirs: { ...sheet.theirs, [id]: other } };
}

/** @param {Sheet} sheet @param {string} id @param {"mine" | "theirs"} choice @returns {Sheet} */
export function decided(sheet, id, choice) {
  const { [id]: other, ...theirs } = sheet.theirs;
  if (choice === "theirs" || !other) return { ...sheet, theirs, own: without(sheet.own, id) };
  return { ...sheet, theirs, own: { ...sheet.own, [id]: { ...sheet.own[id], expected: other.revision } } };
}

/** The server does not take it as it is. @param {Sheet} sheet @param {string} id @param {Failure} failure @returns {Sheet} */
export function refusedAnswer(sheet, id, failure) {
  const own = sheet.own[id];
  return { ...sheet, own: { ...sheet.own, [id]: { ...own, sending: null, next: writtenOf(own) } }, refused: { ...sheet.refused, [id]: failure } };
}

/** Of values that JSON can hold. @param {unknown} one @param {unknown} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @template T
 * @param {Record<string, T>} all
 * @param {string} name
 * @returns {Record<string, T>}
 */
function without(all, name) {
  return Object.fromEntries(Object.entries(all).filter(([each]) => each !== name));
}
