// What of an edited question is sent, and what it still lacks.

import { WHOLE, blanksIn } from "./form.js";
import { tagsIn } from "../tags.js";
import { rubricInput } from "../rubrics/rubric.js";
import { rubricLacks } from "./rubric-lacks.js";
import { placeInput } from "./places.js";

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Accepting} Accepting
 * @typedef {import("../documents.js").AddQuestionMutationVariables["input"]} QuestionInput
 */

/** What a person may mark by a rubric. @type {ReadonlySet<import("./form.js").QuestionType>} */
export const BY_PERSONS = new Set(["ESSAY", "SHORT_ANSWER"]);

/** @param {string} text */
const isFilled = (text) => text.trim() !== "";

/** Options that are empty and not marked are only places to type in. @param {Form} form */
function optionsOf(form) {
  return form.options.filter(({ text, right }) => isFilled(text) || right);
}

/** @param {Form} form */
function pairsOf(form) {
  return form.pairs.filter(({ prompt, match }) => isFilled(prompt) || isFilled(match));
}

/** The blanks that the text has now. @param {Form} form @returns {(Accepting | undefined)[]} */
function blanksOf(form) {
  return Array.from({ length: blanksIn(form.text) }, (_, n) => form.blanks[n]);
}

/** @param {Form} form @returns {QuestionInput} */
export function inputOf(form) {
  return {
    type: form.type,
    questionText: form.text,
    format: form.format,
    explanation: isFilled(form.explanation) ? form.explanation : null,
    mediaUrl: isFilled(form.mediaUrl) ? form.mediaUrl.trim() : null,
    mediaAlt: isFilled(form.mediaUrl) && isFilled(form.mediaAlt) ? form.mediaAlt : null,
    notes: form.notes && isFilled(form.notes) ? form.notes : null, // a form that an earlier version kept has none
    tags: tagsIn(form.tags ?? ""), // likewise
    exactPoints: form.points ?? 1,
    allOrNothing: form.allOrNothing === true, // likewise
    seconds: form.seconds,
    difficulty: form.difficulty,
    rubric: BY_PERSONS.has(form.type) ? rubricInput(form.rubric) : null,
    ...ANSWERS[form.type](form),
  };
}

/** @type {Record<import("./form.js").QuestionType, (form: Form) => Partial<QuestionInput>>} */
const ANSWERS = {
  MULTIPLE_CHOICE: (form) => {
    const options = optionsOf(form);
    const correct = options.flatMap(({ right }, n) => (right ? [n] : []));
    const weights = form.weighted ? options.map(({ weight, right }) => weight ?? (right ? WHOLE : 0)) : [];
    return {
      options: options.map(({ text }) => text),
      multiple: form.multiple || form.noneAllowed || (correct.length > 1 && !form.weighted),
      answer: { choice: { correct, noneAllowed: form.noneAllowed, weights } },
    };
  },
  TRUE_FALSE: (form) => ({ answer: { trueFalse: form.truth } }),
  SHORT_ANSWER: (form) => ({ answer: { text: { ...acceptedInput(form.typed), caseSensitive: form.caseSensitive } } }),
  FILL_BLANK: (form) => ({ answer: { blanks: blanksOf(form).map(acceptedInput) } }),
  MATCHING: (form) => ({ answer: { matching: { pairs: pairsOf(form), distractors: form.distractors.filter(isFilled) } } }),
  NUMERIC: ({ numbers, units, unitRequired, unitPenalty }) => {
    const named = units.filter(({ name }) => isFilled(name)).map(({ name, factor }) => ({ name, factor: factor ?? 1 }));
    return { answer: { numeric: { answers: numbers.filter(isNumber).map(numberInput), units: named, unitRequired: unitRequired && named.length > 0, unitPenalty } } };
  },
  ORDERING: (form) => ({ answer: { ordering: { items: form.items.filter(isFilled) } } }),
  HOTSPOT: ({ places, find }) => ({ answer: { hotspot: { places: places.map(placeInput), find } } }),
  ESSAY: (form) => ({ answer: { essay: { guidance: form.guidance } } }),
};

/** @param {import("./form.js").RightNumber} given */
function isNumber({ kind, number, low, high, weight }) {
  return weight > 0 && (kind === "range" ? low !== null && high !== null : number !== null);
}

/** @param {import("./form.js").RightNumber} given */
function numberInput({ kind, number, tolerance, low, high, weight }) {
  return kind === "range" ? { weight, low, high } : { weight, number, tolerance, percent: kind === "percent" };
}

/** @param {Accepting | undefined} given */
function acceptedInput(given) {
  if (!given) return { accepted: [] };
  const { accepted, patterns, number, tolerance, credits } = given;
  return { accepted: accepted.filter(isFilled), patterns: patterns.filter(isFilled), number, tolerance, credits: credits.filter(isWorth).map(creditInput) };
}

/** @param {import("./form.js").Credit} credit */
function isWorth({ kind, text, number }) {
  return kind === "number" ? number !== null : isFilled(text);
}

/** @param {import("./form.js").Credit} credit */
function creditInput({ kind, text, number, tolerance, weight }) {
  return kind === "number" ? { weight, number, tolerance } : { weight, [kind]: text };
}

/**
 * What a question needs before it can be played.
 * @param {Form} form
 * @returns {import("../../app/locale.js").Word[]}
 */
export function lacksOf(form) {
  return [...(isFilled(form.text) ? [] : [/** @type {const} */ ("quiz.lacks_text")]), ...LACKS[form.type](form), ...(BY_PERSONS.has(form.type) ? rubricLacks(form.rubric, form.points ?? 1) : [])];
}

/** @type {Record<import("./form.js").QuestionType, (form: Form) => import("../../app/locale.js").Word[]>} */
const LACKS = {
  MULTIPLE_CHOICE: (form) => {
    const options = optionsOf(form);
    if (options.length < 2) return ["quiz.lacks_options"];
    if (!options.every(({ text }) => isFilled(text))) return ["quiz.lacks_option_text"];
    if (!areDifferent(options.map(({ text }) => text))) return ["quiz.lacks_difference"];
    return options.some(({ right }) => right) || form.noneAllowed ? [] : ["quiz.lacks_right"];
  },
  TRUE_FALSE: () => [],
  SHORT_ANSWER: (form) => (acceptsNothing(form.typed) ? ["quiz.lacks_accepted"] : []),
  FILL_BLANK: (form) => {
    const blanks = blanksOf(form);
    if (blanks.length === 0) return ["quiz.lacks_blanks"];
    return blanks.some(acceptsNothing) ? ["quiz.lacks_blank_answer"] : [];
  },
  MATCHING: (form) => {
    const pairs = pairsOf(form);
    if (pairs.length < 2) return ["quiz.lacks_pairs"];
    if (!pairs.every(({ prompt, match }) => isFilled(prompt) && isFilled(match))) return ["quiz.lacks_pair_half"];
    return areDifferent(pairs.map(({ prompt }) => prompt)) ? [] : ["quiz.lacks_difference"];
  },
  NUMERIC: ({ numbers, units, unitRequired }) => {
    if (!numbers.some((number) => isNumber(number) && number.weight === WHOLE)) return ["quiz.lacks_number"];
    return unitRequired && !units.some(({ name }) => isFilled(name)) ? ["quiz.lacks_unit"] : [];
  },
  ORDERING: (form) => {
    const items = form.items.filter(isFilled);
    if (items.length < 2) return ["quiz.lacks_items"];
    return areDifferent(items) ? [] : ["quiz.lacks_difference"];
  },
  HOTSPOT: (form) => {
    if (!isFilled(form.mediaUrl)) return ["quiz.lacks_picture"];
    return [...(isFilled(form.mediaAlt) ? [] : [/** @type {const} */ ("quiz.lacks_alt")]), ...(form.places.length > 0 ? [] : [/** @type {const} */ ("quiz.lacks_places")])];
  },
  ESSAY: () => [],
};

/** @param {Accepting | undefined} given */
function acceptsNothing(given) {
  return !given || (given.number === null && ![...given.accepted, ...given.patterns].some(isFilled));
}

/** @param {string[]} texts */
function areDifferent(texts) {
  return new Set(texts.map((text) => text.trim().toLowerCase())).size === texts.length;
}
