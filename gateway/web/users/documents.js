// What the pages of accounts ask for.

export const REGISTER = `mutation Register($input: RegisterInput!) { register(input: $input) { accessToken } }`;
export const CONFIRM_REGISTRATION = `mutation ConfirmRegistration($token: String!, $password: String!) { confirmRegistration(token: $token, password: $password) { accessToken } }`;
export const VERIFY_EMAIL = `mutation VerifyEmail($token: String!) { verifyEmail(token: $token) }`;
export const CONFIRM_EMAIL_CHANGE = `mutation ConfirmEmailChange($token: String!) { confirmEmailChange(token: $token) }`;
export const REQUEST_PASSWORD_RESET = `mutation RequestPasswordReset($email: String!) { requestPasswordReset(email: $email) }`;
export const RESET_PASSWORD = `mutation ResetPassword($token: String!, $newPassword: String!) { resetPassword(token: $token, newPassword: $newPassword) }`;
export const RESEND_VERIFICATION = `mutation ResendVerification { resendVerification }`;

export const MY_PROFILE = `query MyProfile { me { id email emailVerified pendingEmail profile { fullName bio avatarUrl timezone language audience mutedEmails revision } } }`;
export const UPDATE_PROFILE = `mutation UpdateProfile($input: UpdateProfileInput!, $expectedRevision: Int) { updateProfile(input: $input, expectedRevision: $expectedRevision) { fullName bio avatarUrl timezone language audience mutedEmails } }`;
export const SET_AVATAR = `mutation SetAvatar($image: String!) { setAvatar(image: $image) { avatarUrl } }`;
export const REMOVE_AVATAR = `mutation RemoveAvatar { removeAvatar { avatarUrl } }`;
export const REQUEST_EMAIL_CHANGE = `mutation RequestEmailChange($newEmail: String!, $password: String!) { requestEmailChange(newEmail: $newEmail, password: $password) }`;
export const CHANGE_PASSWORD = `mutation ChangePassword($currentPassword: String!, $newPassword: String!) { changePassword(currentPassword: $currentPassword, newPassword: $newPassword) { accessToken } }`;
export const MY_SESSIONS = `query MySessions { mySessions { id device beganAt expiresAt isCurrent } }`;
export const END_SESSION = `mutation EndSession($id: ID!) { endSession(id: $id) }`;
export const LOGOUT_EVERYWHERE = `mutation LogoutEverywhere { logoutEverywhere }`;
export const EXPORT_PERSONAL_DATA = `mutation ExportPersonalData($userId: ID!) { exportPersonalData(userId: $userId) }`;
export const DELETE_ACCOUNT = `mutation DeleteAccount($password: String!) { deleteAccount(password: $password) }`;
export const ERASE_PERSONAL_DATA = `mutation ErasePersonalData($password: String!) { erasePersonalData(password: $password) }`;
