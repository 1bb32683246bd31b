// What the pages of running games ask for.

export const RUNNING_GAMES = `query RunningGames { myEnrollments { course { id title liveQuizzes { id title state questionIndex questionCount } } } }`;
export const HOST_GAMES = `query HostGames {
  running: myGames(running: true, first: 20) { nodes { id title pin state questionIndex questionCount course { title } host { id profile { fullName } } } }
  over: myGames(running: false, first: 5) { nodes { id title finishedAt playerCount course { title } } }
  myCourses { nodes { id title modules { lessons { quizzes { id title questions { id } } } } } }
}`;
export const GAME_QUESTIONS = `query GameQuestions($id: ID!) { liveQuiz(id: $id) {
  id playedQuestions { questionId type questionText questionHtml options explanation explanationHtml correctAnswer notes }
} }`;
export const GAME_WAITING = `query GameWaiting($id: ID!) { liveQuiz(id: $id) { id unscored } }`;
export const GAME_TEACHERS = `query GameTeachers($id: ID!) { course(id: $id) { instructor { id profile { fullName } } teachers { id profile { fullName } } } }`;
export const START_LIVE_QUIZ = `mutation StartLiveQuiz($quizId: ID!, $config: LiveQuizConfigInput, $idempotencyKey: IdempotencyKey) { startLiveQuiz(quizId: $quizId, config: $config, idempotencyKey: $idempotencyKey) { id } }`;
