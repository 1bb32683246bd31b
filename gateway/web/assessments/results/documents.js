// What the pages of games and of their results ask for.

export const MY_GAMES = `query MyGames($running: Boolean!, $after: String) { myGames(running: $running, first: 20, after: $after) {
  nodes { id title state pin questionIndex questionCount playerCount averageResult createdAt finishedAt course { id title } }
  totalCount pageInfo { hasNextPage endCursor }
} }`;
export const COURSE_GAMES = `query CourseGames($courseId: ID!, $running: Boolean!, $after: String) { course(id: $courseId) { id games(running: $running, first: 20, after: $after) {
  nodes { id title state pin questionIndex questionCount playerCount averageResult createdAt finishedAt course { id title } }
  totalCount pageInfo { hasNextPage endCursor }
} } }`;
export const COURSES_WITH_GAMES = `query CoursesWithGames($courseId: ID!, $oneCourse: Boolean!) {
  myCourses(first: 100) { nodes { id title } }
  course(id: $courseId) @include(if: $oneCourse) { id title }
}`;

export const GAME = `query Game($id: ID!) { liveQuiz(id: $id) {
  id title state pin questionCount playerCount averageResult startedAt finishedAt
  course { id title instructor { id } teachers { id } assistants { id } }
  config { points }
  host { id profile { fullName } }
  mayPractise
  myResult { rank }
  questions { index questionId unscored }
} }`;
export const GAME_QUESTIONS = `query GameQuestions($id: ID!, $sort: LiveQuizQuestionSort!, $after: String) { liveQuizQuestions(liveQuizId: $id, sort: $sort, first: 20, after: $after) {
  nodes {
    index questionId type questionText questionHtml options prompts rightAnswer guidance explanation explanationHtml points skipped
    asked answered graded correct partlyCorrect unscored correctShare averageMs optionCounts
    acceptedAnswers { blank answer }
    earlier { liveQuizId revealedAt graded correct correctShare }
  }
  totalCount pageInfo { hasNextPage endCursor }
} }`;
export const COMPARED_QUESTIONS = `query ComparedQuestions($id: ID!, $after: String) { liveQuizQuestions(liveQuizId: $id, first: 50, after: $after) {
  nodes { index questionId questionText correctShare earlier { liveQuizId revealedAt correctShare } }
  totalCount pageInfo { hasNextPage endCursor }
} }`;
export const TYPED_ANSWERS = `query TypedAnswers($id: ID!, $index: Int!, $blank: Int!) { liveQuizTypedAnswers(liveQuizId: $id, questionIndex: $index, blank: $blank) {
  groups { answer count correct } distinct others
} }`;
export const ACCEPT_ANSWER = `mutation AcceptAnswer($id: ID!, $index: Int!, $blank: Int!, $answer: String!, $addToQuiz: Boolean!) {
  acceptAnswer(liveQuizId: $id, questionIndex: $index, blank: $blank, answer: $answer, addToQuiz: $addToQuiz) {
    scoresChanged ranksChanged addedToQuiz changed { playerId nickname scoreBefore score rankBefore rank }
  }
}`;
export const REMOVE_ACCEPTED_ANSWER = `mutation RemoveAcceptedAnswer($id: ID!, $index: Int!, $blank: Int!, $answer: String!) {
  removeAcceptedAnswer(liveQuizId: $id, questionIndex: $index, blank: $blank, answer: $answer) {
    scoresChanged ranksChanged addedToQuiz changed { playerId nickname scoreBefore score rankBefore rank }
  }
}`;
export const ESSAYS = `query Essays($id: ID!, $index: Int!, $scored: Boolean!, $after: String) { liveQuizEssays(liveQuizId: $id, questionIndex: $index, scored: $scored, first: 20, after: $after) {
  nodes { playerId nickname answer correct points feedback }
  totalCount pageInfo { hasNextPage endCursor }
} }`;
export const SCORE_ESSAY = `mutation ScoreEssay($id: ID!, $index: Int!, $playerId: ID!, $points: Float!, $feedback: String) {
  scoreEssay(liveQuizId: $id, questionIndex: $index, playerId: $playerId, points: $points, feedback: $feedback) { scoresChanged ranksChanged }
}`;

export const GAME_PUPILS = `query GamePupils($id: ID!, $sort: LiveQuizResultSort!, $nickname: String, $size: Int!, $after: String) { liveQuizResults(liveQuizId: $id, sort: $sort, nickname: $nickname, first: $size, after: $after) {
  nodes { playerId nickname score rank correct answered }
  totalCount totalCountIsExact pageInfo { hasNextPage endCursor }
} }`;
export const GAME_PUPIL = `query GamePupil($id: ID!, $playerId: ID!) { liveQuizResults(liveQuizId: $id, playerId: $playerId, first: 1) { nodes {
  playerId nickname score rank correct answered
  details { index questionId type questionText questionHtml options prompts answer correct points elapsedMs recounted rightAnswer explanation explanationHtml feedback }
} } }`;
export const MY_RESULT = `query MyResult($id: ID!) { liveQuiz(id: $id) {
  id title state finishedAt playerCount mayPractise course { id title }
  myResult {
    playerId nickname score rank correct answered
    details { index questionId type questionText questionHtml options prompts answer correct points elapsedMs recounted rightAnswer explanation explanationHtml feedback }
  }
} }`;
