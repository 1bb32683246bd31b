// Documents as the pages have them, for what the checks have to find.

export const LOGIN = `mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }`;
export const LOGOUT = `mutation { logout }`;
export const START_QUIZ = `mutation ($quizId: ID!, $config: LiveQuizConfigInput) { startLiveQuiz(quizId: $quizId, config: $config) { id pin } }`;
export const COURSE = `query ($id: ID!) { course(id: $id) { ...CourseParts } } fragment CourseParts on Course { id title }`;
export const MY_COURSES = `query ($first: Int) { myCourses(first: $first) { nodes { ...CourseParts } } } fragment CourseParts on Course { id title }`;
