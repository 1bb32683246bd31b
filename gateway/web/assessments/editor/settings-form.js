// The settings of a quiz as they are edited.

/** @typedef {NonNullable<import("./form.js").LoadedQuiz>} LoadedQuiz */

/**
 * @typedef {object} Settings
 * @property {string} title
 * @property {string} description
 * @property {LoadedQuiz["type"]} type
 * @property {number | null} timeLimitMinutes
 * @property {number | null} passingScore
 * @property {number | null} maxAttempts
 * @property {boolean} randomizeQuestions
 * @property {boolean} randomizeOptions
 * @property {boolean} showCorrectAnswers
 * @property {boolean} showExplanations
 * @property {boolean} allowPractice
 * @property {string | null} availableFrom
 * @property {string | null} availableUntil
 * @property {boolean} decimalComma
 * @property {number | null} negativeMarking In parts of 100,000.
 * @property {number | null} secondGrading In per cent of the points.
 * @property {LoadedQuiz["attemptsCount"]} attemptsCount
 * @property {LoadedQuiz["resultsShown"]} resultsShown
 * @property {LoadedQuiz["lateAnswers"]} lateAnswers
 * @property {boolean} reviewShortAnswers
 */

/** @type {readonly (keyof Settings)[]} */
export const SETTINGS = [
  "title", "description", "type", "timeLimitMinutes", "passingScore", "maxAttempts", "randomizeQuestions", "randomizeOptions", "showCorrectAnswers", "showExplanations", "allowPractice", "availableFrom", "availableUntil", "decimalComma", "negativeMarking", "secondGrading", "attemptsCount", "resultsShown", "lateAnswers", "reviewShortAnswers",
];

/** Numbers without which a setting is as it was. */
const NEEDED = new Set(["passingScore", "maxAttempts"]);

/** @param {LoadedQuiz} quiz @returns {Settings} */
export function settingsOf(quiz) {
  const all = Object.fromEntries(SETTINGS.map((name) => [name, quiz[name]]));
  return /** @type {Settings} */ ({ ...all, description: quiz.description ?? "" });
}

/**
 * What is sent of settings that have changed; null for nothing.
 * @param {Settings} before
 * @param {Settings} after
 */
export function changedSettings(before, after) {
  const changed = SETTINGS.filter((name) => (before[name] ?? null) !== (after[name] ?? null) && !(NEEDED.has(name) && after[name] === null));
  return changed.length === 0 ? null : Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}
