// What waits to be graded, in the order in which it is looked at. Pure.

/**
 * @typedef {NonNullable<import("./documents.js").GradingDeskQuery["quiz"]>["submissions"]["nodes"][number]} Submission
 * @typedef {Submission["answers"][number]} Answer
 * @typedef {{ submission: Submission, answer: Answer }} Given
 * @typedef {{ key: string, question: Answer, given: Given[] }} Item Alike answers to one question.
 */

const BOTH = 2;

/** Who reads this has graded it, and the second person has not: only one's own grade is shown then. @param {Answer} answer */
function waitsForAnother({ gradeCount }) {
  return gradeCount === BOTH - 1;
}

/** How many answers wait for the grade of another person. @param {readonly Submission[]} submissions */
export function waitingForAnother(submissions) {
  return submissions.flatMap(({ answers }) => answers.filter((answer) => answer.review && waitsForAnother(answer))).length;
}

/** Two have graded it, and are too far apart. @param {Answer} answer */
export function isDisputed({ review, gradeCount }) {
  return review && gradeCount === BOTH;
}

/** @param {readonly Submission[]} submissions @returns {Given[]} */
function waiting(submissions) {
  return submissions.flatMap((submission) => submission.answers.filter((answer) => answer.review && !waitsForAnother(answer)).map((answer) => ({ submission, answer })));
}

/** As answers are compared: case, spaces and kinds of marks do not matter. @param {unknown} answer */
export function compared(answer) {
  return JSON.stringify(answer ?? null).normalize("NFKC").toLowerCase().replace(/[‐-―−]/g, "-").replace(/[‘’‚‛]/g, "'").replace(/[“”„‟«»]/g, "\\\"").replace(/\s+/g, " ").trim();
}

/**
 * Question after question, alike answers together, the most frequent first.
 * @param {readonly Submission[]} submissions
 * @returns {Item[]}
 */
export function byQuestion(submissions) {
  /** @type {Map<string, Map<string, Item>>} */
  const questions = new Map();
  /** @type {Map<string, string[]>} */
  const versions = new Map();
  for (const given of waiting(submissions)) {
    const { questionId, answer, rubric } = given.answer;
    const groups = questions.get(questionId) ?? new Map();
    // Other levels are chosen by another version of the rubric; what two see differently is decided by itself.
    const rubrics = versions.get(questionId) ?? [];
    versions.set(questionId, rubrics);
    const said = JSON.stringify([rubric, isDisputed(given.answer) && given.submission.id]);
    if (!rubrics.includes(said)) rubrics.push(said);
    const key = `${questionId}/${isDisputed(given.answer) ? "!" : ""}${"=".repeat(rubrics.indexOf(said))}${compared(answer)}`;
    const group = groups.get(key) ?? { key, question: given.answer, given: [] };
    group.given.push(given);
    questions.set(questionId, groups.set(key, group));
  }
  return [...questions.values()].flatMap((groups) => [...groups.values()].sort((one, other) => other.given.length - one.given.length));
}

/**
 * Attempt after attempt.
 * @param {readonly Submission[]} submissions
 * @returns {Item[]}
 */
export function byStudent(submissions) {
  return waiting(submissions).map((given) => ({ key: `${given.submission.id}/${given.answer.questionId}${isDisputed(given.answer) ? "!" : ""}`, question: given.answer, given: [given] }));
}
