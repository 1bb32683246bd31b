// Questions that are practised, as the components of a running game draw them.

/**
 * @typedef {import("./sources.js").Played} Played
 * @typedef {import("../live/wire.js").Question} Question
 * @typedef {import("../live/wire.js").Answer} Answer
 * @typedef {"wrong" | "all"} Choice
 */

/** @param {Played[]} played @param {Choice} choice */
export function chosenOf(played, choice) {
  return choice === "all" ? played : played.filter((each) => "correct" in each && each.correct === false);
}

/**
 * @param {string} source The id of what it is from.
 * @param {Played} played
 * @param {number} tries Another try has another name, so that it begins with an empty form.
 * @returns {Question}
 */
export function asked(source, played, tries) {
  const { type, options, optionsHtml, matches, prompts, promptsHtml } = played;
  const isMatching = type === "MATCHING";
  const question = {
    liveQuizId: `practice/${source}/${tries}`,
    index: played.index,
    total: 0,
    questionType: /** @type {import("../live/wire.js").QuestionType} */ (type.toLowerCase()),
    text: played.questionText,
    textHtml: played.questionHtml,
    mediaUrl: played.mediaUrl,
    mediaAlt: played.mediaAlt,
    options: ((isMatching ? matches : type === "ORDERING" ? played.items : options) ?? []).map((text, id) => ({ id, text })),
    optionsHtml: isMatching ? [] : [...(optionsHtml ?? [])],
    prompts: [...(prompts ?? [])],
    promptsHtml: [...(promptsHtml ?? [])],
    blanks: played.blanks ?? 0,
    multiple: played.multiple === true,
    noneAllowed: played.noneAllowed,
    unitRequired: played.unitRequired,
    marks: played.marks,
    points: 0,
    opensAt: 0,
    closesAt: 0,
  };
  return question;
}

/**
 * The options in another order for each try, and the same one after a reload.
 * @param {Question} question
 * @returns {number[]}
 */
export function drawn({ liveQuizId, index, questionType, options = [] }) {
  if (questionType !== "multiple_choice" && questionType !== "ordering") return [];
  const random = generator(`${liveQuizId}/${index}`);
  const order = options.map(({ id }) => id);
  for (let n = order.length - 1; n > 0; n -= 1) {
    const other = Math.floor(random() * (n + 1));
    [order[n], order[other]] = [order[other], order[n]];
  }
  return order;
}

/** Mulberry32, begun with the FNV-1a hash of a text. @param {string} text */
function generator(text) {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ /** @type {number} */ (character.codePointAt(0)), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * An answer as the server takes it.
 * @param {Question} question
 * @param {any} answer
 * @returns {import("./documents.js").PracticeAnswerInput}
 */
export function inputOf({ questionType }, answer) {
  /** @type {Record<import("../live/wire.js").QuestionType, keyof import("./documents.js").PracticeAnswerInput>} */
  const members = { multiple_choice: "chosen", true_false: "trueFalse", short_answer: "text", essay: "text", fill_blank: "blanks", matching: "matched", numeric: "text", ordering: "ordered", hotspot: "marked" };
  return /** @type {any} */ ({ [members[questionType]]: answer });
}
