// What the application itself asks for: who is signed in.

export const LOGIN = `mutation Login($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }`;
export const REFRESH = `mutation Refresh { refreshToken { accessToken user { id role email emailVerified pendingEmail profile { fullName avatarUrl language timezone } } } }`;
export const LOGOUT = `mutation Logout { logout }`;
export const ME = `query Me { me { id role email emailVerified pendingEmail profile { fullName avatarUrl language timezone } } }`;
