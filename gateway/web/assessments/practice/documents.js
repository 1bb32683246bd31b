// What practice asks for.

export const PRACTICE = `query Practice($id: ID!) { liveQuiz(id: $id) {
  id title state mayPractise course { id title } config { shuffleOptions }
  myResult { playerId details { ...PlayedAnswer } }
  questions { index type byPerson questionText questionHtml options optionsHtml prompts promptsHtml matches blanks multiple noneAllowed unitRequired marks items mediaUrl mediaAlt points }
} }
fragment PlayedAnswer on LiveQuizAnswer { index type byPerson correct questionText questionHtml options optionsHtml prompts promptsHtml matches blanks multiple noneAllowed unitRequired marks items mediaUrl mediaAlt }`;
export const CHECK_ANSWER = `query CheckAnswer($id: ID!, $index: Int!, $answer: PracticeAnswerInput!) { checkPracticeAnswer(liveQuizId: $id, questionIndex: $index, answer: $answer) {
  correct share right accepted places explanation explanationHtml
} }`;
