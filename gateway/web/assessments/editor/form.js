// A question as it is edited: all that was ever typed for any type, so that changing the type loses nothing.

import { tagLine } from "../tags.js";
import { drawnOf } from "./places.js";

/** @typedef {import("../documents.js").QuizToEditQuery["quiz"]} LoadedQuiz */
/** @typedef {NonNullable<LoadedQuiz>["questions"][number]} LoadedQuestion */

/**
 * @typedef {"MULTIPLE_CHOICE" | "TRUE_FALSE" | "SHORT_ANSWER" | "FILL_BLANK" | "MATCHING" | "NUMERIC" | "ORDERING" | "HOTSPOT" | "ESSAY"} QuestionType
 * @typedef {"PLAIN" | "MARKDOWN" | "HTML" | "MOODLE"} Format
 *
 * @typedef {object} Choice
 * @property {string} text
 * @property {boolean} right
 * @property {number | null} weight In parts of 100,000 of the points.
 *
 * @typedef {object} Credit What earns a part of the points.
 * @property {"text" | "pattern" | "number"} kind
 * @property {string} text Of a text or a pattern.
 * @property {number | null} number
 * @property {number} tolerance
 * @property {number} weight In parts of 100,000.
 *
 * @typedef {object} Accepting What a typed answer may be.
 * @property {string[]} accepted
 * @property {string[]} patterns
 * @property {number | null} number
 * @property {number} tolerance
 * @property {Credit[]} credits
 *
 * @typedef {object} RightNumber
 * @property {"number" | "percent" | "range"} kind `percent`: so much of the number it may differ by.
 * @property {number | null} number
 * @property {number} tolerance
 * @property {number | null} low
 * @property {number | null} high
 * @property {number} weight In parts of 100,000.
 *
 * @typedef {{ name: string, factor: number | null }} Unit `factor` of it make one of the first.
 *
 * @typedef {object} Form
 * @property {string} key Stays, whatever id the question gets.
 * @property {QuestionType} type
 * @property {Format} format
 * @property {string} text
 * @property {string} explanation
 * @property {Choice[]} options
 * @property {boolean} multiple
 * @property {boolean} noneAllowed
 * @property {boolean} weighted
 * @property {boolean} truth
 * @property {Accepting} typed
 * @property {boolean} caseSensitive
 * @property {Accepting[]} blanks As many as the text ever had.
 * @property {{ prompt: string, match: string }[]} pairs
 * @property {string[]} distractors
 * @property {RightNumber[]} numbers
 * @property {Unit[]} units
 * @property {boolean} unitRequired
 * @property {number} unitPenalty In parts of 100,000.
 * @property {string[]} items
 * @property {import("./places.js").Drawn[]} places
 * @property {number | null} find How many places are to be marked; null: all.
 * @property {string} guidance
 * @property {number | null} points
 * @property {boolean} allOrNothing
 * @property {number | null} seconds
 * @property {"EASY" | "MEDIUM" | "HARD"} difficulty
 * @property {string} mediaUrl
 * @property {string} mediaAlt
 * @property {string} notes
 * @property {string} tags As they are typed, with commas between them.
 * @property {import("../rubrics/rubric.js").Rubric | null} [rubric] A form that an earlier version kept has none.
 */

export const WHOLE = 100_000;
export const MAX_OPTIONS = 20;
export const MAX_QUESTIONS = 200;
export const MAX_TEXT = 10_000;
export const MAX_ACCEPTED = 50;
export const MAX_NOTES = 2_000;
export const BLANK = "____";
/** @type {readonly QuestionType[]} */
export const TYPES = ["MULTIPLE_CHOICE", "TRUE_FALSE", "SHORT_ANSWER", "FILL_BLANK", "MATCHING", "NUMERIC", "ORDERING", "HOTSPOT", "ESSAY"];

const NEW_OPTIONS = 4;
const NEW_PAIRS = 3;

/** @returns {Accepting} */
export function accepting() {
  return { accepted: [""], patterns: [], number: null, tolerance: 0, credits: [] };
}

/** @returns {RightNumber} */
export function newNumber() {
  return { kind: "number", number: null, tolerance: 0, low: null, high: null, weight: WHOLE };
}

/**
 * @param {string} key
 * @param {QuestionType} type
 * @returns {Form}
 */
export function emptyForm(key, type) {
  return {
    key,
    type,
    format: "PLAIN",
    text: "",
    explanation: "",
    options: Array.from({ length: NEW_OPTIONS }, () => ({ text: "", right: false, weight: null })),
    multiple: false,
    noneAllowed: false,
    weighted: false,
    truth: true,
    typed: accepting(),
    caseSensitive: false,
    blanks: [],
    pairs: Array.from({ length: NEW_PAIRS }, () => ({ prompt: "", match: "" })),
    distractors: [],
    numbers: [newNumber()],
    units: [],
    unitRequired: false,
    unitPenalty: WHOLE,
    items: Array.from({ length: NEW_PAIRS }, () => ""),
    places: [],
    find: null,
    guidance: "",
    points: 1,
    allOrNothing: false,
    seconds: null,
    difficulty: "MEDIUM",
    mediaUrl: "",
    mediaAlt: "",
    notes: "",
    tags: "",
    rubric: null,
  };
}

/** How many blanks a text has. @param {string} text */
export function blanksIn(text) {
  return text.split(BLANK).length - 1;
}

/**
 * @param {LoadedQuestion} loaded
 * @param {string} key
 * @returns {Form}
 */
export function formOf(loaded, key) {
  const texts = sourcesOf(loaded);
  const form = { ...emptyForm(key, loaded.type), ...texts, difficulty: loaded.difficulty, points: loaded.exactPoints, allOrNothing: loaded.allOrNothing, seconds: loaded.seconds, mediaUrl: loaded.mediaUrl ?? "", mediaAlt: loaded.mediaAlt ?? "", notes: loaded.notes ?? "", tags: tagLine(loaded.tags ?? []), rubric: /** @type {any} */ (loaded.rubric) };
  return { ...form, ...KEYS[loaded.type](loaded.correctAnswer ?? {}, form, loaded) };
}

/** @type {Record<QuestionType, (key: any, form: Form, loaded: LoadedQuestion) => Partial<Form>>} */
const KEYS = {
  MULTIPLE_CHOICE: ({ correct = [], none_allowed: noneAllowed = false, weights = [] }, form, loaded) => ({
    options: padded(form.options.map((option, n) => ({ ...option, right: correct.includes(n), weight: weights[n] ?? null })), 2, { text: "", right: false, weight: null }),
    multiple: loaded.multiple === true,
    noneAllowed,
    weighted: weights.length > 0,
  }),
  TRUE_FALSE: ({ value = true }) => ({ truth: value }),
  SHORT_ANSWER: (key) => ({ typed: acceptingOf(key), caseSensitive: key.case_sensitive === true }),
  FILL_BLANK: ({ blanks = [], patterns = [], numbers = [], credits = [] }) => ({
    blanks: blanks.map((/** @type {string[]} */ accepted, /** @type {number} */ n) =>
      acceptingOf({ accepted, patterns: patterns[n], number: numbers[n]?.[0], tolerance: numbers[n]?.[1], credits: credits[n] }),
    ),
  }),
  MATCHING: ({ pairs = [], distractors = [] }, form) => ({
    pairs: padded(pairs.map((/** @type {[string, string]} */ [prompt, match], /** @type {number} */ n) => ({ prompt: form.pairs[n]?.prompt ?? prompt, match })), 2, { prompt: "", match: "" }),
    distractors,
  }),
  NUMERIC: ({ answers = [], units = [], unit_required: unitRequired = false, unit_penalty: unitPenalty = WHOLE }) => ({
    numbers: padded(answers.map(numberOf), 1, newNumber()),
    units,
    unitRequired,
    unitPenalty,
  }),
  ORDERING: ({ items = [] }) => ({ items: padded(items, 2, "") }),
  HOTSPOT: ({ places = [], find = null }) => ({ places: places.map(drawnOf), find }),
  ESSAY: ({ guidance = "" }) => ({ guidance }),
};

/**
 * @param {{ accepted?: string[], patterns?: string[], number?: number | null, tolerance?: number, credits?: any[] }} key
 * @returns {Accepting}
 */
function acceptingOf({ accepted = [], patterns = [], number = null, tolerance = 0, credits = [] }) {
  return { accepted: accepted.length > 0 ? accepted : [""], patterns, number, tolerance, credits: credits.map(creditOf) };
}

/** @param {Omit<RightNumber, "kind"> & { percent: boolean }} answer @returns {RightNumber} */
function numberOf({ percent, ...answer }) {
  return { ...answer, kind: answer.number === null ? "range" : percent ? "percent" : "number" };
}

/** @param {{ text: string | null, pattern: string | null, number: number | null, tolerance: number, weight: number }} credit @returns {Credit} */
function creditOf({ text, pattern, number, tolerance, weight }) {
  return { kind: number !== null ? "number" : pattern !== null ? "pattern" : "text", text: pattern ?? text ?? "", number, tolerance, weight };
}

/**
 * The texts as they were written, in the one format that an input has.
 * @param {LoadedQuestion} loaded
 * @returns {Pick<Form, "format" | "text" | "explanation" | "options" | "pairs">}
 */
function sourcesOf(loaded) {
  const { text, options = [], prompts = [], explanation } = /** @type {any} */ (loaded.formats ?? {});
  /** @type {any[]} */
  const all = [text, ...options, ...prompts, explanation].filter(Boolean);
  const formats = new Set(all.map(({ format }) => format).filter((format) => format !== "plain"));
  const [only] = formats;
  const format = formats.size === 0 ? "PLAIN" : formats.size === 1 ? only.toUpperCase() : "HTML";
  const source = (/** @type {any} */ formatted, /** @type {string} */ plain) => {
    if (!formatted || formatted.format === "plain") return format === "HTML" || format === "MOODLE" ? formatted?.html ?? escaped(plain) : plain;
    return formats.size === 1 ? formatted.source ?? formatted.html : formatted.html;
  };
  const pairs = loaded.type === "MATCHING" ? /** @type {any} */ (loaded.correctAnswer)?.pairs ?? [] : [];
  return {
    format,
    text: source(text, loaded.questionText),
    explanation: source(explanation, loaded.explanation ?? ""),
    options: (loaded.options ?? []).map((plain, n) => ({ text: source(options[n], plain), right: false, weight: null })),
    pairs: pairs.map((/** @type {[string, string]} */ [plain, match], /** @type {number} */ n) => ({ prompt: source(prompts[n], plain), match })),
  };
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} least
 * @param {T} empty
 */
function padded(list, least, empty) {
  return list.length >= least ? list : [...list, ...Array.from({ length: least - list.length }, () => empty)];
}

/** @param {unknown} a @param {unknown} b */
export function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
