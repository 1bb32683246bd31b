// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type Audience =
  | 'EVERYBODY'
  | 'NOBODY';

export type EmailTopic =
  | 'ANNOUNCEMENTS'
  | 'CERTIFICATES'
  | 'DISCUSSIONS'
  | 'GRADES'
  | 'MESSAGES'
  | 'REMINDERS';

export type LetterTopic =
  | 'ANNOUNCEMENTS'
  | 'CERTIFICATES'
  | 'DISCUSSIONS'
  | 'GRADES'
  | 'MESSAGES'
  | 'REMINDERS';

export type UpdateProfileInput = {
  fullName?: string | null | undefined;
  bio?: string | null | undefined;
  timezone?: string | null | undefined;
  language?: string | null | undefined;
  audience?: Audience | null | undefined;
  mutedEmails?: Array<EmailTopic> | null | undefined;
  /** @deprecated Renamed to mutedEmails. */
  mutedLetters?: Array<LetterTopic> | null | undefined;
};

export type Role =
  | 'STUDENT'
  | 'EDUCATOR'
  | 'ADMIN';

export type RegisterInput = {
  email: string;
  password: string;
  fullName: string;
  role?: Role | null | undefined;
  invitation?: string | null | undefined;
};

export type ChangePasswordMutationVariables = Exact<{
  currentPassword: string;
  newPassword: string;
}>;

export type ChangePasswordMutation = { changePassword: { accessToken: string | null } };

export type ConfirmEmailChangeMutationVariables = Exact<{
  token: string;
}>;

export type ConfirmEmailChangeMutation = { confirmEmailChange: boolean };

export type ConfirmRegistrationMutationVariables = Exact<{
  token: string;
  password: string;
}>;

export type ConfirmRegistrationMutation = { confirmRegistration: { accessToken: string | null } };

export type DeleteAccountMutationVariables = Exact<{
  password: string;
}>;

export type DeleteAccountMutation = { deleteAccount: boolean };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;

export type EndSessionMutation = { endSession: boolean };

export type ErasePersonalDataMutationVariables = Exact<{
  password: string;
}>;

export type ErasePersonalDataMutation = { erasePersonalData: boolean };

export type ExportPersonalDataMutationVariables = Exact<{
  userId: string;
}>;

export type ExportPersonalDataMutation = { exportPersonalData: unknown };

export type LogoutEverywhereMutationVariables = Exact<{ [key: string]: never; }>;

export type LogoutEverywhereMutation = { logoutEverywhere: boolean };

export type MyProfileQueryVariables = Exact<{ [key: string]: never; }>;

export type MyProfileQuery = { me: { id: string, email: string | null, emailVerified: boolean | null, pendingEmail: string | null, profile: { fullName: string, bio: string | null, avatarUrl: string | null, timezone: string, language: string, audience: Audience | null, mutedEmails: Array<EmailTopic> | null, revision: number } } };

export type MySessionsQueryVariables = Exact<{ [key: string]: never; }>;

export type MySessionsQuery = { mySessions: Array<{ id: string, device: string, beganAt: string, expiresAt: string, isCurrent: boolean }> };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;

export type RegisterMutation = { register: { accessToken: string | null } };

export type RemoveAvatarMutationVariables = Exact<{ [key: string]: never; }>;

export type RemoveAvatarMutation = { removeAvatar: { avatarUrl: string | null } };

export type RequestEmailChangeMutationVariables = Exact<{
  newEmail: string;
  password: string;
}>;

export type RequestEmailChangeMutation = { requestEmailChange: boolean };

export type RequestPasswordResetMutationVariables = Exact<{
  email: string;
}>;

export type RequestPasswordResetMutation = { requestPasswordReset: boolean };

export type ResendVerificationMutationVariables = Exact<{ [key: string]: never; }>;

export type ResendVerificationMutation = { resendVerification: boolean };

export type ResetPasswordMutationVariables = Exact<{
  token: string;
  newPassword: string;
}>;

export type ResetPasswordMutation = { resetPassword: boolean };

export type SetAvatarMutationVariables = Exact<{
  image: string;
}>;

export type SetAvatarMutation = { setAvatar: { avatarUrl: string | null } };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateProfileMutation = { updateProfile: { fullName: string, bio: string | null, avatarUrl: string | null, timezone: string, language: string, audience: Audience | null, mutedEmails: Array<EmailTopic> | null } };

export type VerifyEmailMutationVariables = Exact<{
  token: string;
}>;

export type VerifyEmailMutation = { verifyEmail: boolean };

export const CHANGE_PASSWORD: Document<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const CONFIRM_EMAIL_CHANGE: Document<ConfirmEmailChangeMutation, ConfirmEmailChangeMutationVariables>;
export const CONFIRM_REGISTRATION: Document<ConfirmRegistrationMutation, ConfirmRegistrationMutationVariables>;
export const DELETE_ACCOUNT: Document<DeleteAccountMutation, DeleteAccountMutationVariables>;
export const END_SESSION: Document<EndSessionMutation, EndSessionMutationVariables>;
export const ERASE_PERSONAL_DATA: Document<ErasePersonalDataMutation, ErasePersonalDataMutationVariables>;
export const EXPORT_PERSONAL_DATA: Document<ExportPersonalDataMutation, ExportPersonalDataMutationVariables>;
export const LOGOUT_EVERYWHERE: Document<LogoutEverywhereMutation, LogoutEverywhereMutationVariables>;
export const MY_PROFILE: Document<MyProfileQuery, MyProfileQueryVariables>;
export const MY_SESSIONS: Document<MySessionsQuery, MySessionsQueryVariables>;
export const REGISTER: Document<RegisterMutation, RegisterMutationVariables>;
export const REMOVE_AVATAR: Document<RemoveAvatarMutation, RemoveAvatarMutationVariables>;
export const REQUEST_EMAIL_CHANGE: Document<RequestEmailChangeMutation, RequestEmailChangeMutationVariables>;
export const REQUEST_PASSWORD_RESET: Document<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>;
export const RESEND_VERIFICATION: Document<ResendVerificationMutation, ResendVerificationMutationVariables>;
export const RESET_PASSWORD: Document<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const SET_AVATAR: Document<SetAvatarMutation, SetAvatarMutationVariables>;
export const UPDATE_PROFILE: Document<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const VERIFY_EMAIL: Document<VerifyEmailMutation, VerifyEmailMutationVariables>;
