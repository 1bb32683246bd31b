// How far somebody is with the questions to be practised. Pure.

/**
 * @typedef {import("../live/wire.js").Answer} Answer
 * @typedef {import("./documents.js").CheckAnswerQuery["checkPracticeAnswer"]} Checked
 *
 * @typedef {object} Progress
 * @property {number[]} queue Indices of the questions that are to come; the first is asked now.
 * @property {number[]} right Those that were answered right.
 * @property {number[]} missed Those that were answered wrong at least once.
 * @property {number} tries Answers that were checked.
 * @property {Answer | null} given The answer to the question that is asked.
 * @property {Checked | null} checked What came of it.
 */

/** @param {number[]} indices @returns {Progress} */
export function begin(indices) {
  return { queue: indices, right: [], missed: [], tries: 0, given: null, checked: null };
}

/**
 * What was kept, for the questions that there are now: what counts as wrong may have changed since.
 * @param {Progress} progress
 * @param {number[]} indices
 * @returns {Progress}
 */
export function suited(progress, indices) {
  const known = new Set(indices);
  const queue = progress.queue.filter((index) => known.has(index));
  const right = progress.right.filter((index) => known.has(index));
  const more = indices.filter((index) => !queue.includes(index) && !right.includes(index));
  const same = queue[0] === progress.queue[0] ? progress : { ...progress, given: null, checked: null };
  return { ...same, queue: [...queue, ...more], right };
}

/** @param {Progress} progress @param {Answer | null} given @returns {Progress} */
export function answered(progress, given) {
  return { ...progress, given };
}

/** @param {Progress} progress @param {Checked} checked @returns {Progress} */
export function judged(progress, checked) {
  const [index] = progress.queue;
  const missed = checked.correct || progress.missed.includes(index) ? progress.missed : [...progress.missed, index];
  return { ...progress, checked, missed, tries: progress.tries + 1 };
}

/** On to the next one; a wrong one comes again behind the others. @param {Progress} progress @returns {Progress} */
export function next(progress) {
  const [index, ...rest] = progress.queue;
  const isRight = progress.checked?.correct === true;
  return { ...progress, queue: isRight ? rest : [...rest, index], right: isRight ? [...progress.right, index] : progress.right, given: null, checked: null };
}

/** How many there are in all. @param {Progress} progress */
export function total({ queue, right }) {
  return queue.length + right.length;
}
