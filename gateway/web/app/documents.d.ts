// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "./graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type Role =
  | 'STUDENT'
  | 'EDUCATOR'
  | 'ADMIN';

export type LoginMutationVariables = Exact<{
  email: string;
  password: string;
}>;

export type LoginMutation = { login: { accessToken: string | null } };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;

export type LogoutMutation = { logout: boolean };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;

export type MeQuery = { me: { id: string, role: Role, email: string | null, emailVerified: boolean | null, pendingEmail: string | null, profile: { fullName: string, avatarUrl: string | null, language: string, timezone: string } } };

export type RefreshMutationVariables = Exact<{ [key: string]: never; }>;

export type RefreshMutation = { refreshToken: { accessToken: string | null, user: { id: string, role: Role, email: string | null, emailVerified: boolean | null, pendingEmail: string | null, profile: { fullName: string, avatarUrl: string | null, language: string, timezone: string } } | null } };

export const LOGIN: Document<LoginMutation, LoginMutationVariables>;
export const LOGOUT: Document<LogoutMutation, LogoutMutationVariables>;
export const ME: Document<MeQuery, MeQueryVariables>;
export const REFRESH: Document<RefreshMutation, RefreshMutationVariables>;
