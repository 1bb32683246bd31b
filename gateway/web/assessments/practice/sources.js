// What is practised: the questions of a game, or those of an attempt.

import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { CHECK_ANSWER, CHECK_IN_ATTEMPT } from "./documents.js";

/**
 * @typedef {NonNullable<import("./documents.js").PracticeQuery["liveQuiz"]>} Game
 * @typedef {NonNullable<import("./documents.js").PracticeOfAttemptQuery["quizSubmission"]>} Submission
 * @typedef {NonNullable<Game["myResult"]>["details"][number]} Own
 * @typedef {(Own | Game["questions"][number] | Omit<Submission["answers"][number], "questionId">) & { index: number }} Played
 * @typedef {import("./documents.js").CheckAnswerQuery["checkPracticeAnswer"]} Checked
 * @typedef {import("./documents.js").PracticeAnswerInput} Input
 *
 * @typedef {object} Source
 * @property {string} id By which the progress is kept.
 * @property {string} title
 * @property {{ title: string } | null} course
 * @property {string} address Of the page.
 * @property {{ href: string, text: string }} back Where one comes from.
 * @property {boolean} own Whether there are answers of one's own, and so mistakes.
 * @property {boolean} shuffles
 * @property {Played[]} played What a machine can grade.
 * @property {number} leftOut How many only a person can.
 * @property {(played: Played, answer: Input, signal: AbortSignal) => Promise<Checked>} check
 */

/** The own answers of a game, or for who did not play, all its questions. @param {Game} game @returns {Source} */
export function ofGame({ id, title, course, config, myResult, questions }) {
  const all = [...(myResult?.details ?? questions)];
  const played = all.filter(({ byPerson }) => !byPerson);
  return {
    id,
    title,
    course,
    address: `/games/${id}/practice`,
    back: myResult ? { href: `/my-results/${id}`, text: t("results.my_result") } : { href: `/games/${id}`, text: t("results.title") },
    own: myResult !== null,
    shuffles: config.shuffleOptions !== false,
    played,
    leftOut: all.length - played.length,
    check: async ({ index }, answer, signal) => (await request(CHECK_ANSWER, { id, index, answer }, { signal })).checkPracticeAnswer,
  };
}

/** @param {Submission} submission @param {boolean} own @returns {Source} */
export function ofAttempt({ id, quiz, answers }, own) {
  const counted = answers.filter(({ leftOut }) => !leftOut).map(({ questionId, ...answer }, index) => ({ played: { ...answer, index }, questionId }));
  const played = counted.filter(({ played: { byPerson } }) => !byPerson);
  return {
    id,
    title: quiz.title,
    course: quiz.course,
    address: `/attempts/${id}/practice`,
    back: { href: `/attempts/${id}`, text: t("practice.result") },
    own,
    shuffles: true,
    played: played.map((each) => each.played),
    leftOut: counted.length - played.length,
    check: async ({ index }, answer, signal) => {
      const { questionId } = counted[index];
      return (await request(CHECK_IN_ATTEMPT, { id, questionId, answer }, { signal })).checkAttemptPracticeAnswer;
    },
  };
}
