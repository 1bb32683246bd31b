// Every GraphQL document that these pages send. In trusted-documents mode the server reads this file
// to know them: one template literal each, without anything filled in.

export const LOGIN = `mutation Login($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }`;
export const REFRESH = `mutation { refreshToken { accessToken } }`;
export const LOGOUT = `mutation { logout }`;

export const FINISH = `mutation ($token: String!, $password: String!) { confirmRegistration(token: $token, password: $password) { accessToken } }`;
export const ACCEPT = `mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }`;
export const VERIFY = `mutation ($token: String!) { verifyEmail(token: $token) }`;
export const CHANGE = `mutation ($token: String!) { confirmEmailChange(token: $token) }`;
export const FORGOT = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
export const RESET = `mutation ($token: String!, $newPassword: String!) { resetPassword(token: $token, newPassword: $newPassword) }`;

export const QUIZZES = `query { myCourses { nodes {
  id title
  liveQuizzes { id title pin state questionIndex questionCount playerCount host { id profile { fullName } } }
  modules { lessons { quizzes { id title questions { id } } } }
} } }`;
export const START = `mutation Start($quizId: ID!, $config: LiveQuizConfigInput) { startLiveQuiz(quizId: $quizId, config: $config) { id pin } }`;
export const TEACHERS = `query ($id: ID!) { course(id: $id) { instructor { id profile { fullName } } teachers { id profile { fullName } } } }`;

export const RUNNING = `query { myEnrollments { course { title liveQuizzes { id title state questionIndex questionCount } } } }`;
