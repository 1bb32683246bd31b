// Answers that were asked for before who needs them was there: on a slow network the application
// itself is a second away.

/** @type {Map<string, Promise<Response>>} */
const answers = new Map();

/**
 * @param {string} name What is asked for, such as its address.
 * @param {Promise<Response>} answer
 */
export function askedAhead(name, answer) {
  answer.catch(() => {}); // it is asked again
  answers.set(name, answer);
}

/**
 * The answer that was asked for ahead: the first who needs it gets it, since it is of the past then.
 * @param {string} name
 */
export function answerAhead(name) {
  const answer = answers.get(name);
  answers.delete(name);
  return answer;
}
