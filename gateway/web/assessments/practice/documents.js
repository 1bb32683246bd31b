// What practice asks for.

export const PRACTICE = `query Practice($id: ID!) { liveQuiz(id: $id) {
  id title state mayPractise course { id title } config { shuffleOptions }
  myResult { playerId details { ...PlayedAnswer } }
  questions { index type byPerson questionText questionHtml options optionsHtml prompts promptsHtml matches blanks multiple noneAllowed unitRequired marks items mediaUrl mediaAlt points }
} }
fragment PlayedAnswer on LiveQuizAnswer { index type byPerson correct questionText questionHtml options optionsHtml prompts promptsHtml matches blanks multiple noneAllowed unitRequired marks items mediaUrl mediaAlt }`;
export const PRACTICE_OF_ATTEMPT = `query PracticeOfAttempt($id: ID!) { quizSubmission(id: $id) {
  id status mayPractise student { id }
  quiz { id title course { id title } }
  answers { questionId leftOut type byPerson correct questionText questionHtml options optionsHtml prompts promptsHtml matches blanks multiple noneAllowed unitRequired marks items mediaUrl mediaAlt }
} }`;
export const CHECK_ANSWER = `query CheckAnswer($id: ID!, $index: Int!, $answer: PracticeAnswerInput!) { checkPracticeAnswer(liveQuizId: $id, questionIndex: $index, answer: $answer) {
  correct share right accepted places explanation explanationHtml
} }`;
export const CHECK_IN_ATTEMPT = `query CheckInAttempt($id: ID!, $questionId: ID!, $answer: PracticeAnswerInput!) { checkAttemptPracticeAnswer(submissionId: $id, questionId: $questionId, answer: $answer) {
  correct share right accepted places explanation explanationHtml
} }`;
